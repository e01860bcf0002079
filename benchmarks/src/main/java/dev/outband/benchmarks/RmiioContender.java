package dev.outband.benchmarks;

import com.healthmarketscience.rmiio.RemoteInputStream;
import com.healthmarketscience.rmiio.RemoteInputStreamClient;
import com.healthmarketscience.rmiio.RemoteInputStreamServer;
import com.healthmarketscience.rmiio.SimpleRemoteInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;
import java.util.List;

/** RMIIO in clear: a {@code RemoteInputStream}, one call for each chunk. */
final class RmiioContender implements Contender {
  static final String DEFAULTS = "rmiio";
  static final String TUNED = "rmiio-1mib";
  private static final int TUNED_CHUNK_BYTES = 1 << 20;
  private static final long MOST_BYTES = 64L << 20;

  private final String name;
  private final int chunkBytes;
  private final long mostBytes;

  private RmiioContender(String name, int chunkBytes, long mostBytes) {
    this.name = name;
    this.chunkBytes = chunkBytes;
    this.mostBytes = mostBytes;
  }

  /** As it comes: chunks of 7 KiB. */
  static Contender defaults() {
    return new RmiioContender(DEFAULTS, RemoteInputStreamServer.DEFAULT_CHUNK_SIZE, MOST_BYTES);
  }

  /** With chunks of 1 MiB. */
  static Contender tuned() {
    return new RmiioContender(TUNED, TUNED_CHUNK_BYTES, Long.MAX_VALUE);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Kind kind() {
    return Kind.CLEAR;
  }

  @Override
  public String description() {
    return "RMIIO 2.1.2, `SimpleRemoteInputStream`, chunks of "
        + new ByteSize(chunkBytes)
        + (chunkBytes == RemoteInputStreamServer.DEFAULT_CHUNK_SIZE ? ", its default" : "")
        + ", over the JDK's RMI in clear";
  }

  @Override
  public List<String> jvmOptions() {
    return JvmOptions.RMI;
  }

  @Override
  public long mostBytes() {
    return mostBytes;
  }

  @Override
  public SendingEnd send(Workplace workplace) throws IOException {
    StreamFiles files = new Service(workplace, chunkBytes);
    UnicastRemoteObject.exportObject(files, 0, null, RmiSockets.clear());
    return RmiSender.of(files);
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws Exception {
    return new Receiver(RmiSender.stub(address, StreamFiles.class));
  }

  /** Opens files. */
  private record Service(Workplace workplace, int chunkBytes) implements StreamFiles {

    @Override
    public RemoteInputStream open(long fileBytes) throws RemoteException {
      try {
        InputStream file = Files.newInputStream(workplace.input(fileBytes));
        return new SimpleRemoteInputStream(file, RemoteInputStreamServer.DUMMY_MONITOR, chunkBytes)
            .export();
      } catch (IOException e) {
        throw new RemoteException("cannot open the file", e);
      }
    }
  }

  /** One stub. */
  private static final class Receiver implements ReceivingEnd {
    private final StreamFiles files;
    private final byte[] buffer = new byte[TUNED_CHUNK_BYTES];

    private Receiver(StreamFiles files) {
      this.files = files;
    }

    @Override
    public long fetch(long bytes, Drain drain) throws IOException {
      long received = 0;
      try (InputStream in = RemoteInputStreamClient.wrap(files.open(bytes))) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          drain.accept(ByteBuffer.wrap(buffer, 0, read));
          received += read;
        }
      }
      return received;
    }

    @Override
    public void close() {}
  }
}

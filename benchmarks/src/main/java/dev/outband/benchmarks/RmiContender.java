package dev.outband.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.rmi.server.UnicastRemoteObject;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/** The bytes as {@code byte[]} results of one call after the other, over the JDK's own RMI. */
final class RmiContender implements Contender {
  static final String CLEAR_1_MIB = "rmi-1mib";
  static final String CLEAR_64_MIB = "rmi-64mib";
  static final String TLS_1_MIB = "rmi-tls-1mib";
  static final String TLS_64_MIB = "rmi-tls-64mib";

  private final String name;
  private final int blockBytes;
  private final boolean secured;

  private RmiContender(String name, int blockBytes, boolean secured) {
    this.name = name;
    this.blockBytes = blockBytes;
    this.secured = secured;
  }

  /** Calls in clear. */
  static Contender clear(String name, int blockBytes) {
    return new RmiContender(name, blockBytes, false);
  }

  /** Calls over TLS. */
  static Contender secured(String name, int blockBytes) {
    return new RmiContender(name, blockBytes, true);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Kind kind() {
    return secured ? Kind.SECURED : Kind.CLEAR;
  }

  @Override
  public String description() {
    String blocks =
        "`byte[]` results of " + new ByteSize(blockBytes) + ", one call after the other";
    return secured
        ? blocks
            + ", over `SslRMIClientSocketFactory`, TLS 1.3, TLS_AES_256_GCM_SHA384, client"
            + " certificate"
        : blocks + ", over the JDK's RMI in clear";
  }

  @Override
  public List<String> jvmOptions() {
    return JvmOptions.RMI;
  }

  @Override
  public SendingEnd send(Workplace workplace) throws IOException {
    BlockService service = new BlockService(workplace);
    if (secured) {
      SSLContext tls = PeerTls.jdkServer(workplace.pki());
      UnicastRemoteObject.exportObject(
          service, 0, new SslRMIClientSocketFactory(), RmiSockets.secured(tls));
    } else {
      UnicastRemoteObject.exportObject(service, 0, null, RmiSockets.clear());
    }
    return RmiSender.of(service);
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws Exception {
    if (secured) {
      useForStubs(workplace.pki());
    }
    return new Receiver(RmiSender.stub(address, BlockFiles.class), blockBytes);
  }

  /** The JDK's socket factory for stubs takes the process's default context. */
  private static void useForStubs(Path pki) throws IOException {
    SSLContext.setDefault(PeerTls.jdkClient(pki));
  }

  /** One stub. */
  private record Receiver(BlockFiles files, int blockBytes) implements ReceivingEnd {

    @Override
    public long fetch(long bytes, Drain drain) throws IOException {
      long position = 0;
      while (position < bytes) {
        byte[] block = files.read(bytes, position, (int) Math.min(blockBytes, bytes - position));
        drain.accept(ByteBuffer.wrap(block));
        position += block.length;
      }
      return position;
    }

    @Override
    public void close() {}
  }
}

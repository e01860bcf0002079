package dev.outband.benchmarks;

import dev.outband.api.Confirmation;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.client.OutbandClient;
import dev.outband.client.OutbandClientBuilder;
import dev.outband.security.SecurityPolicy;
import dev.outband.server.OutbandServer;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmitter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** Outband: a call of the secured RMI asks, the bytes come beside it, the receipt ends it. */
final class OutbandContender implements Contender {
  static final String PRIVACY = "outband";
  static final String ONE_STREAM = "outband-1-stream";
  static final String JDK_AES = "outband-jdk-aes";
  static final String AUTHENTICATION = "outband-auth";

  private static final int DEFAULT_STREAMS = 0;

  private final String name;
  private final Protection level;
  private final boolean nativeAes;
  private final int streams;
  private final String description;

  private OutbandContender(
      String name, Protection level, boolean nativeAes, int streams, String description) {
    this.name = name;
    this.level = level;
    this.nativeAes = nativeAes;
    this.streams = streams;
    this.description = description;
  }

  /** The default level. */
  static Contender privacy() {
    return new OutbandContender(
        PRIVACY,
        Protection.PRIVACY,
        true,
        DEFAULT_STREAMS,
        "Outband, `PRIVACY` (AES-256-GCM), all settings at their defaults, until the receipt");
  }

  /** The default level, over one data connection whatever the length. */
  static Contender privacyOverOneStream() {
    return new OutbandContender(
        ONE_STREAM,
        Protection.PRIVACY,
        true,
        1,
        "Outband, `PRIVACY`, as above but each object over one data connection");
  }

  /** The default level without the native provider. */
  static Contender privacyByJdk() {
    return new OutbandContender(
        JDK_AES,
        Protection.PRIVACY,
        false,
        DEFAULT_STREAMS,
        "Outband, `PRIVACY`, as above but with the JDK's own AES-256-GCM");
  }

  /** Bytes in clear with CRC32C; both ends' floors say so. */
  static Contender authentication() {
    return new OutbandContender(
        AUTHENTICATION,
        Protection.AUTHENTICATION,
        true,
        DEFAULT_STREAMS,
        "Outband, `AUTHENTICATION` (in clear, CRC32C), floors of both ends lowered, until the"
            + " receipt");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Kind kind() {
    return Kind.OUTBAND;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public List<String> jvmOptions() {
    return JvmOptions.NATIVE;
  }

  @Override
  public SendingEnd send(Workplace workplace) throws IOException {
    OutbandServer server =
        OutbandServer.builder()
            .identity(ThrowAwayDomain.server(workplace.pki()))
            .policy(SecurityPolicy.anyoneInTheTrustDomain())
            .control(Loopback.HOST, 0)
            .data(Loopback.HOST, 0)
            .nativeAes(nativeAes)
            .floor(level)
            .start();
    server.export(RemoteFiles.NAME, RemoteFiles.class, new Files(workplace, server.transmitter()));
    return new Sender(server);
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws Exception {
    OutbandClientBuilder builder =
        OutbandClient.builder()
            .identity(ThrowAwayDomain.client(workplace.pki()))
            .servers(address)
            .data(Loopback.HOST, 0)
            .nativeAes(nativeAes)
            .floor(level);
    if (streams != DEFAULT_STREAMS) {
      builder.streams(streams);
    }
    OutbandClient overData = builder.inbandBytes(0).connect();
    // What comes with the reply is sealed by the call's TLS, which is not what the other
    // levels measure.
    OutbandClient client =
        level == Protection.PRIVACY
            ? builder.inbandBytes(ReceptionStub.MAX_INBAND_BYTES).connect()
            : overData;
    return new Receiver(level, client, overData, files(client), files(overData));
  }

  private static RemoteFiles files(OutbandClient client) throws Exception {
    return client.lookup(RemoteFiles.NAME, RemoteFiles.class);
  }

  /** The remote object. */
  private record Files(Workplace workplace, Transmitter transmitter) implements RemoteFiles {

    @Override
    public Confirmation fetch(long fileBytes, ReceptionObject reception) throws TransferException {
      return transmitter.transmit(Source.file(workplace.input(fileBytes)), reception);
    }

    @Override
    public void ping() {}
  }

  /** A server with one object. */
  private record Sender(OutbandServer server) implements SendingEnd {

    @Override
    public String address() {
      return Loopback.format(server.controlAddress().getPort());
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** A client as it is by default, and one whose answers bring no bytes. */
  private record Receiver(
      Protection level,
      OutbandClient client,
      OutbandClient overData,
      RemoteFiles files,
      RemoteFiles filesOverData)
      implements PingingEnd {

    @Override
    public long fetch(long bytes, Drain drain) throws Exception {
      return fetch(client, files, bytes, drain);
    }

    @Override
    public void fetchOverData(long bytes, Drain drain) throws Exception {
      fetch(overData, filesOverData, bytes, drain);
    }

    private long fetch(OutbandClient client, RemoteFiles files, long bytes, Drain drain)
        throws Exception {
      Receipt receipt = client.receive(sink(drain), reception -> files.fetch(bytes, reception));
      if (receipt.protection() != level) {
        throw new IOException(
            "wrong level, expected=" + level + ", received=" + receipt.protection());
      }
      return receipt.bytes();
    }

    private static Sink sink(Drain drain) {
      if (drain instanceof Drain.Discard) {
        return Sink.discard();
      }
      return drain instanceof Drain.ToFile file
          ? Sink.file(file.target())
          : Sink.channel(new Into(drain));
    }

    @Override
    public void ping() throws Exception {
      filesOverData.ping();
    }

    @Override
    public void close() {
      client.close();
      overData.close();
    }
  }

  /** A drain as a channel. */
  private record Into(Drain drain) implements WritableByteChannel {

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int written = bytes.remaining();
      drain.accept(bytes);
      return written;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}

package dev.outband.benchmarks;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.util.List;

/** grpc-java: a call that streams the file in messages, in clear or over BoringSSL. */
final class GrpcContender implements Contender {
  static final String CLEAR = "grpc";
  static final String TLS = "grpc-tls";
  static final int MESSAGE_BYTES = 1 << 20;

  /** What HTTP/2 lets a sender have on its way, for both contenders that use it. */
  static final int WINDOW_BYTES = 8 << 20;

  private final boolean secured;

  private GrpcContender(boolean secured) {
    this.secured = secured;
  }

  static Contender clear() {
    return new GrpcContender(false);
  }

  static Contender secured() {
    return new GrpcContender(true);
  }

  @Override
  public String name() {
    return secured ? TLS : CLEAR;
  }

  @Override
  public Kind kind() {
    return secured ? Kind.SECURED : Kind.CLEAR;
  }

  @Override
  public String description() {
    return "grpc-java on Netty, server streaming, messages of 1 MiB, window and ready threshold"
        + " 8 MiB, receiver reads Netty's buffers in place, "
        + (secured ? "netty-tcnative (BoringSSL), TLS 1.3, client certificate" : "in clear");
  }

  @Override
  public List<String> jvmOptions() {
    return JvmOptions.NATIVE;
  }

  @Override
  public SendingEnd send(Workplace workplace) throws Exception {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(Loopback.anyPort())
            .flowControlWindow(WINDOW_BYTES)
            .addService(
                ServerServiceDefinition.builder(GrpcFiles.FETCH.getServiceName())
                    .addMethod(
                        GrpcFiles.FETCH,
                        ServerCalls.asyncServerStreamingCall(
                            (length, observer) ->
                                GrpcFileSender.start(workplace, length, observer)))
                    .build());
    if (secured) {
      builder.sslContext(tls(PeerTls.server(workplace.pki())).build());
    }
    return new Sender(builder.build().start());
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws Exception {
    return new GrpcReceiver(channel(workplace, address, secured));
  }

  /** A channel as this contender and Arrow Flight's use it. */
  static ManagedChannel channel(Workplace workplace, String address, boolean secured)
      throws Exception {
    InetSocketAddress peer = Loopback.parse(address);
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(Loopback.HOST, peer.getPort())
            .flowControlWindow(WINDOW_BYTES)
            .maxInboundMessageSize(Integer.MAX_VALUE);
    return secured
        ? builder.sslContext(tls(PeerTls.client(workplace.pki())).build()).build()
        : builder.usePlaintext().build();
  }

  private static SslContextBuilder tls(SslContextBuilder builder) {
    return GrpcSslContexts.configure(builder, SslProvider.OPENSSL);
  }

  /** A server with one method. */
  private record Sender(Server server) implements SendingEnd {

    @Override
    public String address() {
      return Loopback.format(server.getPort());
    }

    @Override
    public void close() {
      server.shutdownNow();
    }
  }
}

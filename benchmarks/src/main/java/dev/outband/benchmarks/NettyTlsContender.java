package dev.outband.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Netty with BoringSSL: one connection, {@code ChunkedWriteHandler} behind an {@code SslHandler}.
 */
// A write or a close that fails ends the channel, which its handlers are told.
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyTlsContender implements Contender {
  static final String NAME = "netty-tls";
  static final int CHUNK_BYTES = 256 << 10;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(CHUNK_BYTES, 4 * CHUNK_BYTES);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Kind kind() {
    return Kind.SECURED;
  }

  @Override
  public String description() {
    return "Netty 4.2, native epoll, `SslHandler` on netty-tcnative (BoringSSL), TLS 1.3, client"
        + " certificate, `ChunkedNioFile` of 256 KiB, water marks 256 KiB and 1 MiB";
  }

  @Override
  public List<String> jvmOptions() {
    return JvmOptions.NATIVE;
  }

  @Override
  public SendingEnd send(Workplace workplace) throws Exception {
    SslContext tls = PeerTls.server(workplace.pki()).build();
    EventLoopGroup loops = loops("bench-netty-send");
    Class<? extends ServerChannel> type =
        Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    Channel listening =
        new ServerBootstrap()
            .group(loops)
            .channel(type)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                initializer(
                    channel ->
                        channel
                            .pipeline()
                            .addLast(tls.newHandler(channel.alloc()))
                            .addLast(new ChunkedWriteHandler())
                            .addLast(new NettyFileSender(workplace))))
            .bind(Loopback.anyPort())
            .sync()
            .channel();
    return new Sender(listening, loops);
  }

  @Override
  public ReceivingEnd receive(Workplace workplace, String address) throws Exception {
    SslContext tls = PeerTls.client(workplace.pki()).build();
    EventLoopGroup loops = loops("bench-netty-receive");
    InetSocketAddress peer = Loopback.parse(address);
    NettyReceiver receiver = new NettyReceiver(loops);
    Class<? extends Channel> type =
        Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    new Bootstrap()
        .group(loops)
        .channel(type)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            initializer(
                channel ->
                    channel
                        .pipeline()
                        .addLast(tls.newHandler(channel.alloc(), Loopback.HOST, peer.getPort()))
                        .addLast(receiver)))
        .connect(peer)
        .sync();
    return receiver;
  }

  private static EventLoopGroup loops(String name) {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), io);
  }

  private interface Pipeline {
    void build(SocketChannel channel);
  }

  private static ChannelInitializer<SocketChannel> initializer(Pipeline pipeline) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        pipeline.build(channel);
      }
    };
  }

  /** A listening channel and its loop. */
  private record Sender(Channel listening, EventLoopGroup loops) implements SendingEnd {

    @Override
    public String address() {
      return Loopback.format(((InetSocketAddress) listening.localAddress()).getPort());
    }

    @Override
    public void close() {
      listening.close();
      loops.shutdownGracefully();
    }
  }
}

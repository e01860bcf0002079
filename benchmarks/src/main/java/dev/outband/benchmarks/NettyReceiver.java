package dev.outband.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The receiving end of {@link NettyTlsContender}: drains on the event loop. */
// A write or a close that fails ends the channel, which its handlers are told.
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyReceiver extends SimpleChannelInboundHandler<ByteBuf>
    implements Contender.ReceivingEnd {
  private static final Logger LOG = LoggerFactory.getLogger(NettyReceiver.class);

  private final EventLoopGroup loops;
  private final CompletableFuture<ChannelHandlerContext> connected = new CompletableFuture<>();
  private volatile Fetch fetch;

  NettyReceiver(EventLoopGroup loops) {
    this.loops = loops;
  }

  /** What is being received; its count belongs to the event loop. */
  private static final class Fetch {
    private final Drain drain;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long left;

    private Fetch(long bytes, Drain drain) {
      left = bytes;
      this.drain = drain;
    }

    private void accept(ByteBuffer bytes) throws IOException {
      left -= bytes.remaining();
      drain.accept(bytes);
      if (left == 0) {
        done.complete(null);
      }
    }
  }

  @Override
  public long fetch(long bytes, Drain drain) throws Exception {
    Fetch next = new Fetch(bytes, drain);
    fetch = next;
    ChannelHandlerContext context = connected.get();
    context.writeAndFlush(context.alloc().buffer(Long.BYTES).writeLong(bytes));
    next.done.get();
    return bytes;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        var session = context.pipeline().get(SslHandler.class).engine().getSession();
        LOG.debug("{} {}", session.getProtocol(), session.getCipherSuite());
        connected.complete(context);
      } else {
        connected.completeExceptionally(handshake.cause());
      }
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) throws IOException {
    fetch.accept(bytes.nioBuffer());
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(new EOFException("the sender closed the connection"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause);
    context.close();
  }

  private void fail(Throwable cause) {
    connected.completeExceptionally(cause);
    Fetch current = fetch;
    if (current != null) {
      current.done.completeExceptionally(cause);
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully();
  }
}

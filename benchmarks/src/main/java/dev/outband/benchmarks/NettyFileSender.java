package dev.outband.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.stream.ChunkedNioFile;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers each request of eight bytes, the length of the wanted file, with the file's bytes. */
// A write or a close that fails ends the channel, which its handlers are told.
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyFileSender extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(NettyFileSender.class);

  private final Workplace workplace;

  NettyFileSender(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws IOException {
    if (in.readableBytes() >= Long.BYTES) {
      context.writeAndFlush(
          new ChunkedNioFile(
              workplace.input(in.readLong()).toFile(), NettyTlsContender.CHUNK_BYTES));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.warn("connection lost", cause);
    context.close();
  }
}

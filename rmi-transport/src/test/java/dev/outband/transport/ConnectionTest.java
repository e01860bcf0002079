package dev.outband.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a connection whose loop ends. */
@Timeout(30)
class ConnectionTest {
  private final CompletableFuture<TransferException> told = new CompletableFuture<>();
  private EventLoop loop;
  private ServerSocketChannel server;
  private SocketChannel channel;

  /** Has said its last word: nothing that it is told is of interest to it. */
  private class Over implements Session {
    @Override
    public void received(byte[] frame, int frameBytes) {}

    @Override
    public void ended() {}

    @Override
    public void lost(IOException why) {}

    @Override
    public void broken(TransferException why) {}

    @Override
    public void overdue() {}

    @Override
    public void abandoned(TransferException why) {
      told.complete(why);
    }
  }

  /** Fails when it is told so. */
  private final class Faulty extends Over {
    @Override
    public void abandoned(TransferException why) {
      super.abandoned(why);
      throw new IllegalStateException("cannot be abandoned");
    }
  }

  @BeforeEach
  void start() throws Exception {
    server =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    loop = new EventLoop("connection-test-loop", DataPlaneBuilder.SEGMENT_BYTES, System::nanoTime);
    loop.start();
    channel = SocketChannel.open(server.getLocalAddress());
  }

  @AfterEach
  void stop() throws Exception {
    loop.close();
    channel.close();
    server.close();
  }

  @Test
  void shouldBeClosedWithItsLoopWhenItsSessionHasSaidItsLastWord() throws Exception {
    endsWith(new Over(), true);
    assertThat(told.get(10, TimeUnit.SECONDS).code()).isEqualTo(Code.SHUTTING_DOWN);
  }

  @Test
  void shouldBeClosedWithItsLoopWhenItsSessionCannotBeAbandoned() throws Exception {
    endsWith(new Faulty(), false);
    assertThat(told).isCompleted();
  }

  private void endsWith(Session session, boolean isLingering) throws Exception {
    CompletableFuture<Void> isServed = new CompletableFuture<>();
    loop.execute(
        () -> {
          Connection connection = new Connection(loop, channel);
          try {
            connection.accepted();
            connection.use(session);
            connection.deadlineIn(TimeUnit.HOURS.toNanos(1));
            if (isLingering) {
              connection.endGently(TimeUnit.HOURS.toNanos(1));
            }
            isServed.complete(null);
          } catch (IOException e) {
            isServed.completeExceptionally(e);
          }
        });
    isServed.get(10, TimeUnit.SECONDS);
    loop.close();
    assertThat(channel.isOpen()).isFalse();
  }
}

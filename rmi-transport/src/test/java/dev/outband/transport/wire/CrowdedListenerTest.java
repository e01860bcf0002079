package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Confirmation;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dialers that say nothing: patience while there is room, and less of it when there is little. */
@Timeout(60)
class CrowdedListenerTest {

  private static final int HALF_OF_THE_PLACES = 512;
  private static final int PLACES = 1024;
  private static final int LIMIT_MS = 20_000;

  private final List<Socket> silent = new ArrayList<>();
  private DataPlane plane;

  @BeforeEach
  void start() throws Exception {
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .name("crowded")
            .start();
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : silent) {
      socket.close();
    }
    plane.close();
  }

  @Test
  void shouldHurryDialersOnceHalfOfThePlacesAreTakenAndNotThoseThatCameBefore() throws Exception {
    Socket first = dial();
    while (silent.size() < HALF_OF_THE_PLACES + 2) {
      dial();
    }
    Socket last = dial();

    last.setSoTimeout(LIMIT_MS);
    assertThat(last.getInputStream().read()).isEqualTo(-1);
    first.setSoTimeout(1);
    assertThatThrownBy(() -> first.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void shouldCloseTheOldestAndServeATransferWhenAllPlacesAreTakenBySilentDialers()
      throws Exception {
    Socket first = dial();
    while (silent.size() < PLACES) {
      dial();
    }
    try (DataPlane sender =
            DataPlane.builder()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .endpointPolicy((endpoint, peer) -> new InetSocketAddress(peer, endpoint.port()))
                .name("late")
                .start();
        Reception reception = plane.receptions().open(Sink.discard())) {
      Confirmation confirmation =
          sender
              .transmitter(() -> List.of(InetAddress.getLoopbackAddress()))
              .transmit(Source.bytes(new byte[] {1, 2, 3}), reception.stub());
      assertThat(reception.await(confirmation).bytes()).isEqualTo(3);
    }
    first.setSoTimeout(LIMIT_MS);
    assertThat(first.getInputStream().read()).isEqualTo(-1);
  }

  private Socket dial() throws IOException {
    Socket socket = new Socket(plane.address().getAddress(), plane.address().getPort());
    silent.add(socket);
    return socket;
  }
}

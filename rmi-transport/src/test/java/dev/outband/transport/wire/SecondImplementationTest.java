package dev.outband.transport.wire;

import static dev.outband.transport.wire.OpeningTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.transport.BytesSink;
import dev.outband.transport.DataPlane;
import dev.outband.transport.Reception;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The implementation in Node.js, written from the document alone, gives the same bytes and talks to
 * this one.
 */
@Timeout(60)
class SecondImplementationTest {

  @TempDir Path folder;
  private DataPlane plane;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(
        NodeProcess.isThere(), "node is not on the path: the second implementation is not tested");
    plane =
        DataPlane.builder()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .endpointPolicy((endpoint, peer) -> new InetSocketAddress(peer, endpoint.port()))
            .floor(Protection.AUTHENTICATION)
            .start();
  }

  @AfterEach
  void stop() {
    if (plane != null) {
      plane.close();
    }
  }

  @Test
  void shouldRecomputeEveryVector() throws Exception {
    try (NodeProcess node =
        NodeProcess.start(folder, "vectors", WireVectorsTest.DOCUMENTED.toString())) {
      assertThat(Integer.parseInt(node.line().number("compared"))).isGreaterThan(210);
      node.shouldExit(0);
    }
  }

  @Test
  void shouldNoticeAVectorThatIsWrong() throws Exception {
    String right = Files.readString(WireVectorsTest.DOCUMENTED);
    int digest = right.indexOf("\"digest\": \"") + 11;
    char other = right.charAt(digest) == '0' ? '1' : '0';
    Path wrong =
        Files.writeString(
            folder.resolve("wrong.json"),
            right.substring(0, digest) + other + right.substring(digest + 1));
    try (NodeProcess node = NodeProcess.start(folder, "vectors", wrong.toString())) {
      node.shouldExit(1);
      assertThat(node.errors()).contains("digest is " + other);
    }
  }

  static Stream<Arguments> levelsAndSizes() {
    return Stream.of(Protection.AUTHENTICATION, Protection.PRIVACY)
        .flatMap(
            level ->
                IntStream.of(0, 1, 65_535, 65_536, 65_537, 3_000_001)
                    .mapToObj(size -> arguments(level, size)));
  }

  @ParameterizedTest
  @MethodSource("levelsAndSizes")
  void shouldReceiveFromIt(Protection level, int size) throws Exception {
    byte[] object = object(size);
    Files.write(folder.resolve("object"), object);
    BytesSink sink = Sink.bytes(size);
    try (Reception reception = plane.receptions().open(sink, size, level);
        NodeProcess node = NodeProcess.start(folder, "dial")) {
      Ticket ticket = reception.stub().ticket();
      node.tell(
          Json.object(
              "secret", ticket.secret().expose(),
              "port", plane.address().getPort(),
              "file", folder.resolve("object").toString(),
              "segmentBytes", 65_536,
              "contentTag", "from-node",
              "protection", number(level)));
      Receipt received =
          reception.await(confirmation(ticket, level, size, node.line().text("binding")));
      NodeProcess.Line sent = node.line();
      assertThat(sink.toByteArray()).isEqualTo(object);
      assertThat(sent.text("code")).isEqualTo("OK");
      assertThat(sent.number("bytes")).isEqualTo(String.valueOf(size));
      assertThat(sent.text("digest")).isEqualTo(received.digest());
      assertThat(received.protection()).isEqualTo(level);
      node.shouldExit(0);
    }
  }

  @ParameterizedTest
  @MethodSource("levelsAndSizes")
  void shouldTransmitToIt(Protection level, int size) throws Exception {
    byte[] object = object(size);
    Ticket ticket = ticket(level, size);
    try (NodeProcess node = NodeProcess.start(folder, "listen")) {
      node.tell(
          Json.object(
              "secret", ticket.secret().expose(),
              "file", folder.resolve("object").toString(),
              "segmentBytes", 65_536,
              "protection", number(level)));
      Transmission transmission = transmit(object, ticket, node.line());
      NodeProcess.Line opened = node.line();
      Receipt sent = transmission.await();
      assertThat(opened.text("binding")).isEqualTo(transmission.confirmation().binding());
      assertThat(opened.number("bytes")).isEqualTo(String.valueOf(size));
      assertThat(opened.number("protection")).isEqualTo(String.valueOf(number(level)));
      assertThat(node.line().text("digest")).isEqualTo(sent.digest());
      assertThat(folder.resolve("object")).hasBinaryContent(object);
      node.shouldExit(0);
    }
  }

  private Transmission transmit(byte[] object, Ticket ticket, NodeProcess.Line ready)
      throws Exception {
    Endpoint endpoint = Endpoint.observed(Integer.parseInt(ready.number("port")));
    return plane
        .transmitter(() -> List.of(InetAddress.getLoopbackAddress()))
        .start(Source.bytes(object), new ReceptionStub(List.of(endpoint), ticket));
  }

  @Test
  void shouldBothRefuseTheOtherWithoutTheSecret() throws Exception {
    try (Reception reception = plane.receptions().open(Sink.discard());
        NodeProcess node = NodeProcess.start(folder, "dial")) {
      Files.write(folder.resolve("object"), object(10));
      node.tell(
          Json.object(
              "secret",
              HexFormat.of().parseHex("77".repeat(32)),
              "port",
              plane.address().getPort(),
              "file",
              folder.resolve("object").toString(),
              "segmentBytes",
              65_536,
              "contentTag",
              "",
              "protection",
              3));
      node.shouldExit(1);
      assertThat(node.errors()).startsWith("UNKNOWN_TICKET");
      assertThat(reception.transfer().bytes()).isZero();
    }
  }

  @Test
  void shouldBeRefusedByItBelowItsFloor() throws Exception {
    Ticket ticket = ticket(Protection.AUTHENTICATION, 10);
    try (NodeProcess node = NodeProcess.start(folder, "listen")) {
      node.tell(
          Json.object(
              "secret",
              ticket.secret().expose(),
              "file",
              folder.resolve("object").toString(),
              "segmentBytes",
              65_536,
              "protection",
              3));
      NodeProcess.Line ready = node.line();
      refused(Code.PROTECTION_TOO_LOW, () -> transmit(object(10), ticket, ready));
      node.shouldExit(1);
    }
  }

  private static Ticket ticket(Protection floor, int limit) {
    Secret secret = Secret.random(new SecureRandom());
    return new Ticket(UUID.randomUUID(), secret, Direction.TO_LISTENER, floor, limit, 0, "");
  }

  private Confirmation confirmation(Ticket ticket, Protection level, int size, String binding) {
    Endpoint endpoint = Endpoint.observed(plane.address().getPort());
    return new Confirmation(
        ticket.id(), Mode.ACTIVE, level, size, 0, "from-node", endpoint, binding, Payload.NONE);
  }

  private static int number(Protection level) {
    return level == Protection.AUTHENTICATION ? 1 : 3;
  }

  private static byte[] object(int size) {
    byte[] object = new byte[size];
    new Random(size).nextBytes(object);
    return object;
  }
}

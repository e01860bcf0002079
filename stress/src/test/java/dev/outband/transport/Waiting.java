package dev.outband.transport;

import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import dev.outband.security.EndpointPolicy;
import dev.outband.transport.wire.Acceptance;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.ListenerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A reception that waits for its dialer in a registry of its own. Its time is 0, and what belongs
 * on a disk thread is done by the caller, so that all that happens is done by the actors.
 */
final class Waiting {

  private static final long SECOND_NS = 1_000_000_000;
  private static final int SEGMENT_BYTES = 4096;

  /** When it expires. */
  static final long EXPIRES_NS = 1_000;

  /** Long after everything has expired. */
  static final long LATE_NS = 1_000_000_000_000L;

  static final byte[] BYTES = {1, 2, 3};
  static final OpenRequest FIRST = request(1);
  static final OpenRequest OTHER = request(2);
  private static final Settings SETTINGS = settings(EXPIRES_NS, SECOND_NS);
  static final SecureRandom RANDOM = new SecureRandom();

  /** A data connection that is open for the first transmission. */
  private static final Opened OPENED = opened();

  /** Ended, so that it works on the caller's thread. */
  private static final DiskThreads DISK = new DiskThreads("stress-disk");

  static {
    DISK.close();
  }

  final ReceptionRegistry registry;
  final ActiveReception reception;

  /** How often the watch over those that wait was woken. */
  final AtomicInteger woken = new AtomicInteger();

  Waiting(Sink sink) {
    registry =
        new ReceptionRegistry(SETTINGS, () -> 0, RANDOM, DISK, woken::incrementAndGet, () -> {});
    registry.advertise(List.of(Endpoint.observed(7098)));
    try {
      reception = (ActiveReception) registry.open(sink);
    } catch (TransferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a dialer finds the reception. */
  boolean isFound() {
    return registry.find(reception.tag()) == reception;
  }

  /** Lets a dialer prove itself and begin to send. */
  Connected connect() {
    Connected first = new Connected();
    if (!reception.claim(first, FIRST)) {
      throw new IllegalStateException("a reception that waits was not to be had");
    }
    reception.streaming(OPENED, 0);
    return first;
  }

  /** A confirmation that brings {@link #BYTES}. */
  Confirmation confirmation() {
    ReceptionStub stub = reception.stub().withInband(BYTES.length);
    try {
      return InbandTransmission.of(stub, Source.bytes(BYTES)).confirmation();
    } catch (TransferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A data plane on a port of loopback, in whose own time nothing expires. */
  static DataPlane plane() {
    try {
      return new DataPlane(settings(60 * SECOND_NS, SECOND_NS / 100), System::nanoTime);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code none} before it has ended, {@code good}, or the code of the failure. */
  String receipt() {
    return receiptOf(reception);
  }

  static String receiptOf(Transfer transfer) {
    try {
      return transfer.receipt().toCompletableFuture().getNow(null) == null ? "none" : "good";
    } catch (CompletionException e) {
      return e.getCause() instanceof TransferException why
          ? why.code().toString()
          : e.getCause().toString();
    }
  }

  private static Opened opened() {
    Secret secret = Secret.random(RANDOM);
    DialerOpening dialer = new DialerOpening(secret, RANDOM);
    byte[] hello = dialer.hello();
    ListenerOpening listener = new ListenerOpening(secret, hello, hello.length);
    byte[] challenge = listener.challenge(RANDOM);
    try {
      byte[] open = dialer.open(challenge, challenge.length, FIRST);
      listener.request(open, open.length);
    } catch (TransferException e) {
      throw new IllegalStateException(e);
    }
    return listener.accept(new Acceptance(0, SEGMENT_BYTES)).opened();
  }

  static OpenRequest request(int transmission) {
    return new OpenRequest(
        Protection.PRIVACY,
        Direction.TO_LISTENER,
        3,
        0,
        0,
        1,
        new UUID(0, transmission),
        SEGMENT_BYTES,
        "");
  }

  private static Settings settings(long ticketNs, long reopenNs) {
    EndpointPolicy anyPort = (endpoint, peer) -> new InetSocketAddress(peer, endpoint.port());
    return new Settings(
        "stress",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        List.of(),
        anyPort,
        Protection.AUTHENTICATION,
        new Settings.Deadlines(
            SECOND_NS,
            SECOND_NS,
            10 * SECOND_NS,
            10 * SECOND_NS,
            10 * SECOND_NS,
            ticketNs,
            reopenNs,
            60 * SECOND_NS,
            0,
            SECOND_NS),
        1 << 20,
        1024,
        16,
        16,
        SEGMENT_BYTES,
        SEGMENT_BYTES,
        1,
        false);
  }

  /** A connection that brings the bytes, and does no more than to hear that it is to end. */
  static final class Connected implements ActiveReception.Driver {

    /** Why it was told to end; null if it was not. */
    private volatile TransferException told;

    @Override
    public void end(TransferException why) {
      told = why;
    }

    boolean wasTold() {
      return told != null;
    }
  }
}

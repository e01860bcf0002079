package dev.outband.transport.wire;

import dev.outband.api.Protection;
import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A whole opening between two ends in one thread, with every frame of it kept. */
final class Exchange {

  static final UUID TRANSMISSION = new UUID(0x6f757462616e6431L, 0xa1a2a3a4a5a6a7a8L);
  static final OpenRequest REQUEST =
      OpenRequest.toListener(Protection.PRIVACY, 1_000_000, 0, TRANSMISSION, 65_536, "tag-1");
  static final Acceptance ACCEPTANCE = new Acceptance(0, 16_384);

  final DialerOpening dialer;
  final ListenerOpening listener;
  final byte[] hello;
  final byte[] challenge;
  final byte[] open;
  final byte[] accepted;
  final Opened atDialer;
  final Opened atListener;

  private Exchange(Secret secret, RandomGenerator dialerRandom, RandomGenerator listenerRandom)
      throws TransferException {
    dialer = new DialerOpening(secret, dialerRandom);
    hello = dialer.hello();
    listener = new ListenerOpening(secret, hello, hello.length);
    challenge = listener.challenge(listenerRandom);
    open = dialer.open(challenge, challenge.length, REQUEST);
    listener.request(open, open.length);
    ListenerOpening.Accepted answer = listener.accept(ACCEPTANCE);
    accepted = answer.frame();
    atListener = answer.opened();
    atDialer = dialer.accepted(accepted, accepted.length);
  }

  static Exchange of(Secret secret, long seed) throws TransferException {
    return new Exchange(secret, new Random(seed), new Random(~seed));
  }

  static Exchange of(long seed) throws TransferException {
    return of(secret(seed), seed);
  }

  /** All of an object, sealed, in segments of 64 KiB at most. */
  static OpenRequest request(long bytes) {
    return request(Protection.PRIVACY, bytes);
  }

  static OpenRequest request(Protection protection, long bytes) {
    return OpenRequest.toListener(protection, bytes, 0, TRANSMISSION, 65_536, "");
  }

  static byte[] bytes(ByteBuffer frame) {
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    return bytes;
  }

  static Secret secret(long seed) {
    byte[] bytes = new byte[Secret.BYTES];
    new Random(seed ^ 0x5ec2e7).nextBytes(bytes);
    return Secret.of(bytes);
  }

  /** The dialer of an opening like {@link #of(long)}, before it has heard anything. */
  static DialerOpening newDialer(long seed) {
    return new DialerOpening(secret(seed), new Random(seed));
  }

  /** The listener of an opening like {@link #of(long)}, before it has said anything. */
  static ListenerOpening newListener(long seed, byte[] hello) {
    return new ListenerOpening(secret(seed), hello, hello.length);
  }
}

package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever comes in, a decoder either takes it or throws a {@link TransferException}, and provides
 * little memory for it.
 */
@Timeout(120)
class DecoderFuzzTest {

  private static final long SEED = 20_261_123;
  private static final int CHEAP = 900_000;
  private static final int WITH_CRYPTOGRAPHY = 100_000;
  private static final int MAX_ALLOCATED_BYTES = 64 * 1024;

  private final Random random = new Random(SEED);
  private Exchange exchange;
  private ListenerOpening listener;
  private DialerOpening dialer;
  private DialerOpening spare;

  /** One decoder and a well-formed input to start from. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Target(String name, byte[] seed, Decoder decoder) {}

  private interface Decoder {
    void decode(byte[] bytes) throws TransferException;
  }

  @BeforeEach
  void open() throws TransferException {
    exchange = Exchange.of(SEED);
    listener = Exchange.newListener(SEED, exchange.hello);
    listener.challenge(new Random(~SEED));
    dialer = Exchange.newDialer(SEED);
    dialer.open(exchange.challenge, exchange.challenge.length, Exchange.REQUEST);
    spare = Exchange.newDialer(SEED);
  }

  private List<Target> cheap() {
    byte[] failure = {3, 'w', 'h', 'y'};
    byte[] refused = ListenerOpening.refuseInClear(Code.VERSION);
    return List.of(
        new Target("header", exchange.hello, frame -> FrameHeader.frameBytes(frame, 4096)),
        new Target("HELLO", exchange.hello, frame -> ListenerOpening.lookup(frame, frame.length)),
        new Target(
            "REFUSED in clear",
            refused,
            frame -> spare.open(frame, frame.length, Exchange.REQUEST)),
        new Target("OPEN plaintext", Exchange.REQUEST.encode(), OpenRequest::decode),
        new Target(
            "ACCEPTED plaintext",
            Exchange.ACCEPTANCE.encode(),
            bytes -> Acceptance.decode(bytes, Exchange.REQUEST)),
        new Target(
            "RECEIPT plaintext", new Outcome(1, "ab".repeat(32), null).encode(), Outcome::decode),
        new Target("failure", failure, bytes -> WireCodes.decode(bytes)));
  }

  private List<Target> withCryptography() {
    byte[] receipt = exchange.atListener.keys().sealReceipt(new Outcome(1, "ab".repeat(32), null));
    byte[] refused = exchange.accepted.clone();
    refused[0] = (byte) FrameType.REFUSED.number();
    byte[] segment = new byte[FrameHeader.BYTES + 64 + FrameHeader.TAG_BYTES];
    FrameHeader.write(segment, FrameType.DATA, segment.length - FrameHeader.BYTES);
    byte[] part = RawPeer.clear(exchange.atDialer.keys().sealer(AesGcm.JDK), new byte[64]);
    byte[] plain = new byte[4096];
    TransferKeys keys = exchange.atListener.keys();
    return List.of(
        new Target("CHALLENGE", exchange.challenge, f -> spare.open(f, f.length, Exchange.REQUEST)),
        new Target("OPEN", exchange.open, frame -> listener.request(frame, frame.length)),
        new Target("ACCEPTED", exchange.accepted, frame -> dialer.accepted(frame, frame.length)),
        new Target("REFUSED", refused, frame -> dialer.accepted(frame, frame.length)),
        new Target(
            "RECEIPT", receipt, frame -> exchange.atDialer.keys().openReceipt(frame, frame.length)),
        new Target("part in clear", part, frame -> clear(keys.opener(AesGcm.JDK), frame)),
        new Target(
            "end of parts in clear",
            segment,
            frame -> keys.opener(AesGcm.JDK).endOfClear(frame, frame.length, plain)),
        new Target(
            "segment", segment, frame -> keys.opener(AesGcm.JDK).open(frame, frame.length, plain)));
  }

  /** On a thread of its own: exceptions are dear at the depth at which a test runs. */
  @Test
  void shouldThrowNothingElseOnAMillionMutations() throws Exception {
    FutureTask<Void> fuzz = new FutureTask<>(this::fuzz, null);
    new Thread(fuzz, "fuzz").start();
    fuzz.get();
  }

  private void fuzz() {
    List<Target> cheap = cheap();
    for (int i = 0; i < CHEAP; i++) {
      tryOne(cheap.get(i % cheap.size()));
    }
    List<Target> dear = withCryptography();
    for (int i = 0; i < WITH_CRYPTOGRAPHY; i++) {
      tryOne(dear.get(i % dear.size()));
    }
  }

  @Test
  void shouldProvideLittleMemoryWhateverTheFrameSays() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<Target> all = new ArrayList<>(cheap());
    all.addAll(withCryptography());
    for (Target target : all) {
      for (int i = 0; i < 200; i++) {
        byte[] bytes = mutate(target.seed());
        long before = threads.getCurrentThreadAllocatedBytes();
        verdict(target, bytes);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (i >= 100) {
          assertThat(allocated).as(target.name()).isLessThan(MAX_ALLOCATED_BYTES);
        }
      }
    }
  }

  private static void clear(SegmentOpener opener, byte[] frame) throws TransferException {
    if (FrameHeader.frameBytes(frame, 4096) > 0 && FrameHeader.isClear(frame)) {
      ByteBuffer in = ByteBuffer.wrap(frame, FrameHeader.BYTES, frame.length - FrameHeader.BYTES);
      ClearSegment segment = opener.clear(Arrays.copyOf(frame, FrameHeader.BYTES));
      ByteBuffer unused = segment.content(in);
      boolean ignored = segment.complete(in);
    }
  }

  private void tryOne(Target target) {
    byte[] bytes = mutate(target.seed());
    RuntimeException wrong = verdict(target, bytes);
    if (wrong != null) {
      fail(
          "%s, seed=%d, input=%s".formatted(target.name(), SEED, HexFormat.of().formatHex(bytes)),
          wrong);
    }
  }

  /** What was thrown that must not be, or null. */
  private static RuntimeException verdict(Target target, byte[] bytes) {
    try {
      target.decoder().decode(bytes);
      return null;
    } catch (TransferException e) {
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  /**
   * Some bytes changed, or the length, or the length together with the one in the header; at least
   * a header.
   */
  private byte[] mutate(byte[] seed) {
    byte[] bytes = seed.clone();
    int kind = random.nextInt(8);
    if (kind < 3) {
      bytes =
          Arrays.copyOf(seed, FrameHeader.BYTES + random.nextInt(kind == 0 ? 1020 : seed.length));
    }
    if (kind == 1 && bytes.length >= FrameHeader.BYTES) {
      bytes[1] = 0;
      bytes[2] = (byte) ((bytes.length - FrameHeader.BYTES) >>> 8);
      bytes[3] = (byte) (bytes.length - FrameHeader.BYTES);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }
}

package dev.outband.fuzz.jrmp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Changes streams at random: bits, bytes, numbers, pieces, and the ends of other streams. */
final class Mutator {
  private static final int MOST_CHANGES = 4;
  private static final int MOST_BYTES_AT_ONCE = 8;
  private static final int MOST_REPEATED = 40;
  private static final int LONG = 4_096;
  private static final int LONG_ONE_IN = 32;

  /** The lengths and handles that decoders stumble over. */
  private static final int[] NUMBERS = {
    0, -1, 1, 0x7e0000, 0x7e0001, 0xffff, 0x10000, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  /** The protocol's and the serialized stream's own. */
  private static final byte[] CODES = {
    0x50, 0x51, 0x52, 0x54, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x7b,
    0x7c, 0x7d, 0x7e, 0, -1, 127, -128
  };

  private final List<Stream> corpus;

  Mutator(List<Stream> corpus) {
    this.corpus = corpus;
  }

  Stream mutate(SplittableRandom random) {
    Stream base = any(random);
    byte[] bytes = base.bytes();
    int changes = random.nextInt(1, MOST_CHANGES + 1);
    for (int i = 0; i < changes; i++) {
      bytes = changed(bytes, random);
    }
    return new Stream(base.name() + ", changed", base.kind(), bytes);
  }

  private Stream any(SplittableRandom random) {
    Stream stream = corpus.get(random.nextInt(corpus.size()));
    while (stream.bytes().length > LONG && random.nextInt(LONG_ONE_IN) != 0) {
      stream = corpus.get(random.nextInt(corpus.size()));
    }
    return stream;
  }

  private byte[] changed(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return random(random);
    }
    int at = random.nextInt(bytes.length);
    int count = Math.min(random.nextInt(1, MOST_BYTES_AT_ONCE + 1), bytes.length - at);
    return switch (random.nextInt(8)) {
      case 0 -> with(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(Byte.SIZE)));
      case 1 -> with(bytes, at, (byte) random.nextInt());
      case 2 -> with(bytes, at, CODES[random.nextInt(CODES.length)]);
      case 3 -> joined(bytes, at, random(random), at);
      case 4 -> joined(bytes, at, new byte[0], at + count);
      case 5 -> repeated(bytes, at, random);
      case 6 -> numbered(bytes, at, NUMBERS[random.nextInt(NUMBERS.length)]);
      default -> spliced(bytes, at, any(random).bytes(), random);
    };
  }

  private static byte[] random(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(1, MOST_BYTES_AT_ONCE + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] with(byte[] bytes, int at, byte value) {
    byte[] changed = bytes.clone();
    changed[at] = value;
    return changed;
  }

  private static byte[] numbered(byte[] bytes, int at, int number) {
    byte[] changed = Arrays.copyOf(bytes, Math.max(bytes.length, at + Integer.BYTES));
    ByteBuffer.wrap(changed).putInt(at, number);
    return changed;
  }

  private static byte[] repeated(byte[] bytes, int at, SplittableRandom random) {
    int end = Math.min(bytes.length, at + random.nextInt(1, MOST_REPEATED));
    return joined(bytes, end, Arrays.copyOfRange(bytes, at, end), end);
  }

  private static byte[] spliced(byte[] bytes, int at, byte[] other, SplittableRandom random) {
    int from = random.nextInt(other.length + 1);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(bytes, 0, at);
    joined.write(other, from, other.length - from);
    return joined.toByteArray();
  }

  /** The bytes before one place, others, and the bytes from another place on. */
  private static byte[] joined(byte[] bytes, int end, byte[] middle, int from) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(bytes, 0, end);
    joined.writeBytes(middle);
    joined.write(bytes, from, bytes.length - from);
    return joined.toByteArray();
  }
}

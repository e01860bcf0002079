package dev.outband.security;

import dev.outband.fuzz.Bounds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;

/** Serialized streams, read as a control connection reads them: through an allow-list. */
final class Serialized {
  private static final String OURS = "dev.outband.";
  private static final String STREAM = ObjectInputStream.class.getName();

  private Serialized() {}

  /** The bounds of a decoder of such streams; a stream costs something besides its arrays. */
  static Bounds bounds(Bounds.Decoder decoder) {
    return Bounds.of(decoder, IOException.class, ClassNotFoundException.class).plusBytes(256 << 10);
  }

  /**
   * Reads one object. What the JDK throws at a malformed stream is no failure, for RMI expects it;
   * what comes out of a class of Outband's is one.
   */
  static Object read(byte[] stream, ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stream))) {
      in.setObjectInputFilter(((AllowList) filter).forStream());
      return in.readObject();
    } catch (RuntimeException | InternalError e) {
      throw malformed(e);
    }
  }

  /** What RMI makes of it; throws it as it is if it comes out of a class of Outband's. */
  static IOException malformed(Throwable e) {
    if (isOurs(e)) {
      throw new AssertionError(e);
    }
    return new IOException("malformed", e);
  }

  /** Whether it was thrown below one of Outband's classes and not below the JDK's stream. */
  private static boolean isOurs(Throwable e) {
    return Arrays.stream(e.getStackTrace())
        .map(StackTraceElement::getClassName)
        .filter(name -> name.startsWith(OURS) || name.startsWith(STREAM))
        .findFirst()
        .filter(name -> name.startsWith(OURS))
        .isPresent();
  }

  static byte[] write(Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new IllegalStateException("writing a seed", e);
    }
    return bytes.toByteArray();
  }
}

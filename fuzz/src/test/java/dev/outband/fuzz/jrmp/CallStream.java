package dev.outband.fuzz.jrmp;

import dev.outband.security.ControlSocketFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.rmi.server.RMIClientSocketFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Writes calls as RMI does, with every class followed by the place to load it from, and with
 * nothing of RMI's own checks.
 */
final class CallStream extends ObjectOutputStream {
  private static final int CALL = 0x50;

  private final ByteArrayOutputStream bytes;
  private final String codebase;

  private CallStream(ByteArrayOutputStream bytes, String codebase) throws IOException {
    super(bytes);
    this.bytes = bytes;
    this.codebase = codebase;
  }

  /** Arguments of a call. */
  @FunctionalInterface
  interface Arguments {
    /** Writes them. */
    void writeTo(CallStream out) throws IOException;

    /** Bytes behind what is a block of its own. */
    static Arguments raw(byte[] bytes) {
      return out -> out.writeRaw(bytes);
    }

    /** These, and others behind them. */
    default Arguments then(Arguments rest) {
      return out -> {
        writeTo(out);
        rest.writeTo(out);
      };
    }
  }

  /** Writes bytes that are in no block. */
  void writeRaw(byte[] raw) throws IOException {
    flush();
    bytes.writeBytes(raw);
  }

  /**
   * A call, from the operation's byte on.
   *
   * @param object the identifier's 22 bytes
   * @param operation of the oldest protocol, or -1
   * @param hash of the method, or of the interface in the oldest protocol
   * @param codebase where to load classes from; null for nowhere
   */
  static byte[] call(
      byte[] object, int operation, long hash, String codebase, Arguments arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(CALL);
    try (CallStream out = new CallStream(bytes, codebase)) {
      out.write(object);
      out.writeInt(operation);
      out.writeLong(hash);
      arguments.writeTo(out);
      out.flush();
      return out.bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What RMI knows a method by: the first half of a digest of its name and descriptor. */
  static long hash(String nameAndDescriptor) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      byte[] text = nameAndDescriptor.getBytes(StandardCharsets.UTF_8);
      digest.update(new byte[] {(byte) (text.length >> Byte.SIZE), (byte) text.length});
      byte[] sha = digest.digest(text);
      long hash = 0;
      for (int i = Long.BYTES - 1; i >= 0; i--) {
        hash = hash << Byte.SIZE | sha[i] & 0xff;
      }
      return hash;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** What a stream says is Outband's own socket factory, which cannot be written as it is. */
  static final class OurFactory implements RMIClientSocketFactory, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw new IOException("it is only written");
    }
  }

  @Override
  protected void writeClassDescriptor(ObjectStreamClass described) throws IOException {
    if (described.forClass() != OurFactory.class) {
      super.writeClassDescriptor(described);
      return;
    }
    writeUTF(ControlSocketFactory.class.getName());
    writeLong(ObjectStreamClass.lookupAny(ControlSocketFactory.class).getSerialVersionUID());
    writeByte(SC_SERIALIZABLE);
    writeShort(0);
  }

  @Override
  protected void annotateClass(Class<?> type) throws IOException {
    writeObject(codebase);
  }

  @Override
  protected void annotateProxyClass(Class<?> type) throws IOException {
    writeObject(codebase);
  }
}

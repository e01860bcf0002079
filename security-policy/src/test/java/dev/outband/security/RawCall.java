package dev.outband.security;

import dev.outband.api.ObjectReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.rmi.server.RMIClientSocketFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A call as the bytes that go over a connection, from the first one inside TLS on. */
final class RawCall {
  static final long REGISTRY_HASH = 4905912898345647071L;
  static final long COLLECTOR_HASH = -669196253586618813L;
  static final int BIND = 0;
  static final int LIST = 1;
  static final int LOOKUP = 2;

  /** Magic, version, one operation for the connection, call. */
  private static final String START = "4a524d49" + "0002" + "4c" + "50";

  /** Magic, version, several operations for the connection, and that we are at host "", port 0. */
  static final byte[] MANY_FOLLOW =
      HexFormat.of().parseHex("4a524d49" + "0002" + "4b" + "0000" + "00000000");

  static final byte[] PING = {0x52};

  private RawCall() {}

  /** A call that has a connection of its own, as one of those that follow. */
  static byte[] following(byte[] call) {
    return Arrays.copyOfRange(call, START.length() / 2 - 1, call.length);
  }

  /** What a call consists of behind the beginning that all calls have. */
  @FunctionalInterface
  interface Part {
    void writeTo(ObjectOutputStream out) throws IOException;
  }

  static byte[] of(byte[] object, int operation, long hash, Part arguments) throws IOException {
    return of(
        out -> {
          out.write(object);
          out.writeInt(operation);
          out.writeLong(hash);
          arguments.writeTo(out);
        });
  }

  /** One that may begin as no call does. */
  static byte[] of(Part all) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HexFormat.of().parseHex(START));
    try (ObjectOutputStream out = new Unchecked(bytes)) {
      all.writeTo(out);
    }
    return bytes.toByteArray();
  }

  /** What a server says: welcome, protocol accepted for host "" and port 0, and a result. */
  static byte[] reply(Part result) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(HexFormat.of().parseHex("00" + "4e" + "0000" + "00000000" + "51"));
    try (ObjectOutputStream out = new Unchecked(bytes)) {
      out.writeByte(1);
      out.write(new byte[14]);
      result.writeTo(out);
    }
    return bytes.toByteArray();
  }

  /** The identifier of one of RMI's own objects. */
  static byte[] reserved(int number) {
    return ByteBuffer.allocate(22).putLong(number).array();
  }

  static byte[] id(ObjectReference reference) {
    return HexFormat.of().parseHex(reference.id());
  }

  /** What RMI knows a method by. */
  static long hash(String nameAndDescriptor) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      byte[] text = nameAndDescriptor.getBytes(StandardCharsets.UTF_8);
      digest.update((byte) (text.length >> Byte.SIZE));
      digest.update((byte) text.length);
      return Long.reverseBytes(ByteBuffer.wrap(digest.digest(text)).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** What a stream says is a {@link ControlSocketFactory}, which cannot be written as it is. */
  static final class OurFactory implements RMIClientSocketFactory, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw new IOException("it is only written");
    }
  }

  /** Behind each class it says where to load it from: nowhere. */
  private static final class Unchecked extends ObjectOutputStream {
    Unchecked(ByteArrayOutputStream bytes) throws IOException {
      super(bytes);
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
      writeObject(null);
    }

    @Override
    protected void annotateProxyClass(Class<?> type) throws IOException {
      writeObject(null);
    }
  }
}

package dev.outband.security;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/** Arguments that no encoder writes. */
final class RawGraph {
  private static final int NULL = 0x70;
  private static final int CLASS = 0x72;
  private static final int OBJECT = 0x73;
  private static final int END = 0x78;
  private static final int PROXY = 0x7d;

  private RawGraph() {}

  /** Where the place to load a class from is expected, another class is described, and so on. */
  static byte[] describedInOneAnother(int depth) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(OBJECT);
    for (int i = 0; i < depth; i++) {
      out.write(PROXY);
      out.writeInt(0);
    }
    out.write(NULL);
    return bytes.toByteArray();
  }

  static byte[] proxyOf(List<String> interfaces) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(OBJECT);
    out.write(PROXY);
    out.writeInt(interfaces.size());
    for (String name : interfaces) {
      out.writeUTF(name);
    }
    out.write(new byte[] {NULL, END, NULL});
    return bytes.toByteArray();
  }

  /** An object without fields. */
  static byte[] objectOf(String type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(OBJECT);
    out.write(CLASS);
    out.writeUTF(type);
    out.writeLong(1);
    out.write(new byte[] {2, 0, 0, NULL, END, NULL});
    return bytes.toByteArray();
  }
}

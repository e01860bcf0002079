package dev.outband.fuzz.jrmp;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Arguments that no encoder writes, from the type code of the first object on. */
final class Graphs {
  static final String SLEEPER = "dev.outband.fuzz.jrmp.Sleeper";

  private static final int NULL = 0x70;
  private static final int REFERENCE = 0x71;
  private static final int CLASS_DESCRIPTOR = 0x72;
  private static final int OBJECT = 0x73;
  private static final int STRING = 0x74;
  private static final int ARRAY = 0x75;
  private static final int CLASS = 0x76;
  private static final int LONG_BLOCK = 0x7a;
  private static final int END_BLOCK = 0x78;
  private static final int RESET = 0x79;
  private static final int EXCEPTION = 0x7b;
  private static final int LONG_STRING = 0x7c;
  private static final int PROXY = 0x7d;
  private static final int ENUM = 0x7e;
  private static final int SERIALIZABLE = 2;
  private static final int FIRST_HANDLE = 0x7e0000;
  private static final List<String> INTERFACES =
      List.of(
          "java.lang.Comparable",
          "java.lang.Runnable",
          "java.util.List",
          "java.util.Comparator",
          "java.util.concurrent.Callable",
          "java.rmi.Remote");

  private Graphs() {}

  /** Writes one. */
  @FunctionalInterface
  private interface Writer {
    void writeTo(DataOutputStream out) throws IOException;
  }

  /** Each by its name. */
  static Map<String, byte[]> all() {
    Map<String, byte[]> graphs = new LinkedHashMap<>();
    graphs.put("sleeper", of(out -> object(out, SLEEPER)));
    graphs.put("class of the sleeper", of(out -> classOf(out, SLEEPER)));
    graphs.put("array of sleepers", of(out -> array(out, "[L" + SLEEPER + ";", 1)));
    graphs.put("unknown class", of(out -> object(out, "no.such.Class")));
    graphs.put("long unknown class", of(out -> object(out, "x".repeat(2_000))));
    graphs.put("illegal class", of(out -> object(out, "no/such;Class[")));
    graphs.put("class without a name", of(out -> object(out, "")));
    graphs.put("class named as a primitive", of(out -> object(out, "int")));
    for (int dimensions : new int[] {1, 2, 255, 256}) {
      String name = "[".repeat(dimensions) + "J";
      graphs.put("array of " + dimensions, of(out -> array(out, name, Integer.MAX_VALUE)));
    }
    graphs.put("array of 2^31 - 1 bytes", of(out -> array(out, "[B", Integer.MAX_VALUE)));
    graphs.put("array of -1 bytes", of(out -> array(out, "[B", -1)));
    graphs.put("array of objects", of(out -> array(out, "[Ljava.lang.Object;", 1 << 30)));
    graphs.put("array of strings", of(out -> array(out, "[Ljava.lang.String;", 65_536)));
    graphs.put("arrays in arrays", of(Graphs::arrays));
    for (int depth : new int[] {1, 40, 400, 4_000}) {
      graphs.put("classes in classes " + depth, of(out -> annotations(out, depth)));
    }
    for (int i = 0; i < 6; i++) {
      List<String> interfaces = new ArrayList<>(INTERFACES);
      Collections.shuffle(interfaces, new Random(i));
      graphs.put("proxy " + i, of(out -> proxy(out, interfaces)));
    }
    graphs.put("proxy of nothing", of(out -> proxy(out, List.of())));
    graphs.put("proxy of too much", of(out -> out.write(new byte[] {OBJECT, PROXY, 0, 1, 0, 1})));
    graphs.putAll(odd());
    return graphs;
  }

  private static Map<String, byte[]> odd() {
    Map<String, byte[]> graphs = new LinkedHashMap<>();
    graphs.put("reference to nothing", of(out -> reference(out, FIRST_HANDLE)));
    graphs.put("reference below the first", of(out -> reference(out, -1)));
    graphs.put("string of 2^40 characters", of(out -> longString(out, 1L << 40)));
    graphs.put("string of -1 characters", of(out -> longString(out, -1)));
    graphs.put("block of 2^31 - 1 bytes", of(out -> block(out, Integer.MAX_VALUE)));
    graphs.put("block of -1 bytes", of(out -> block(out, -1)));
    graphs.put("resets", of(out -> out.write("y".repeat(500).getBytes("US-ASCII"))));
    graphs.put("reset in an object", of(out -> out.write(new byte[] {OBJECT, RESET, NULL})));
    graphs.put("end of a block", of(out -> out.write(END_BLOCK)));
    graphs.put("exception in the stream", of(Graphs::exception));
    graphs.put("unknown constant", of(Graphs::constant));
    graphs.put("unknown type code", of(out -> out.write(0x6f)));
    return graphs;
  }

  private static byte[] of(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writer.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void descriptor(DataOutputStream out, String name) throws IOException {
    out.write(CLASS_DESCRIPTOR);
    out.writeUTF(name);
    out.writeLong(1);
    out.write(SERIALIZABLE);
    out.writeShort(0);
    out.write(NULL);
    out.write(END_BLOCK);
    out.write(NULL);
  }

  private static void object(DataOutputStream out, String type) throws IOException {
    out.write(OBJECT);
    descriptor(out, type);
  }

  private static void classOf(DataOutputStream out, String type) throws IOException {
    out.write(CLASS);
    descriptor(out, type);
  }

  private static void array(DataOutputStream out, String type, int length) throws IOException {
    out.write(ARRAY);
    descriptor(out, type);
    out.writeInt(length);
  }

  private static void arrays(DataOutputStream out) throws IOException {
    array(out, "[Ljava.lang.Object;", 65_536);
    for (int i = 0; i < 40; i++) {
      out.write(ARRAY);
      reference(out, FIRST_HANDLE);
      out.writeInt(65_536);
    }
  }

  /** Where the place to load a class from is expected, another class is described, and so on. */
  private static void annotations(DataOutputStream out, int depth) throws IOException {
    out.write(OBJECT);
    for (int i = 0; i < depth; i++) {
      out.write(PROXY);
      out.writeInt(0);
    }
    out.write(NULL);
  }

  private static void proxy(DataOutputStream out, List<String> interfaces) throws IOException {
    out.write(OBJECT);
    out.write(PROXY);
    out.writeInt(interfaces.size());
    for (String name : interfaces) {
      out.writeUTF(name);
    }
    out.write(new byte[] {NULL, END_BLOCK, NULL});
  }

  private static void reference(DataOutputStream out, int handle) throws IOException {
    out.write(REFERENCE);
    out.writeInt(handle);
  }

  private static void longString(DataOutputStream out, long length) throws IOException {
    out.write(LONG_STRING);
    out.writeLong(length);
  }

  private static void block(DataOutputStream out, int length) throws IOException {
    out.write(LONG_BLOCK);
    out.writeInt(length);
  }

  private static void exception(DataOutputStream out) throws IOException {
    out.write(EXCEPTION);
    object(out, "java.io.IOException");
  }

  private static void constant(DataOutputStream out) throws IOException {
    out.write(ENUM);
    descriptor(out, "java.util.concurrent.TimeUnit");
    out.write(STRING);
    out.writeUTF("NEVER");
  }
}

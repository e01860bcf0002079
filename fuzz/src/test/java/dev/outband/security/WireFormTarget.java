package dev.outband.security;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.WireForm;
import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectStreamConstants;
import java.nio.ByteBuffer;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a stub or a confirmation is in a serialized stream: a block of numbers and texts, and what
 * follows it in the stream. What comes before the block is always right.
 */
public final class WireFormTarget {
  private static final int MAX_BLOCK = 255;
  private static final ObjectInputFilter FILTER = SerialFilters.arguments(Service.class, List.of());
  private static final byte[] STUB = Serialized.write(Samples.STUB);
  private static final int HEAD_BYTES = headBytes(STUB);
  private static final Bounds BOUNDS = Serialized.bounds(WireFormTarget::decode);

  private WireFormTarget() {}

  /** Takes both. */
  interface Service extends Remote {
    /** Never called. */
    void call(ReceptionObject stub, Confirmation confirmation) throws RemoteException;
  }

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  static void decode(byte[] bytes) throws IOException, ClassNotFoundException {
    Input input = new Input(bytes);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.write(STUB, 0, HEAD_BYTES);
    byte[] block = input.block();
    stream.write(ObjectStreamConstants.TC_BLOCKDATALONG);
    stream.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(block.length).array());
    stream.writeBytes(block);
    stream.writeBytes(input.rest());
    stream.write(ObjectStreamConstants.TC_ENDBLOCKDATA);
    Object read = Serialized.read(stream.toByteArray(), FILTER);
    if (!(read instanceof ReceptionStub || read instanceof Confirmation)) {
      throw new IllegalStateException("neither a stub nor a confirmation: " + read);
    }
    if (!Serialized.read(Serialized.write(read), FILTER).equals(read)) {
      throw new IllegalStateException("written and read again it is another one: " + read);
    }
  }

  /** Well-formed inputs. */
  public static Map<String, byte[]> seeds() {
    return Map.of(
        "stub", seed(STUB),
        "confirmation", seed(Serialized.write(Samples.confirmation(0))),
        "confirmation-inband", seed(Serialized.write(Samples.confirmation(9))),
        "confirmation-of-blocks", seed(Serialized.write(Samples.confirmation(2000))),
        "confirmation-of-what-is-ahead", seed(Serialized.write(Samples.ahead(9000))));
  }

  /** Its first block, and what follows but for the end. */
  private static byte[] seed(byte[] stream) {
    boolean isLong = stream[HEAD_BYTES] == ObjectStreamConstants.TC_BLOCKDATALONG;
    ByteBuffer header = ByteBuffer.wrap(stream, HEAD_BYTES + 1, Integer.BYTES);
    int length = isLong ? header.getInt() : header.get() & MAX_BLOCK;
    int from = header.position();
    return new Script()
        .block(Arrays.copyOfRange(stream, from, from + length))
        .rest(Arrays.copyOfRange(stream, from + length, stream.length - 1))
        .bytes();
  }

  /** Magic, version, object, class: its name, number, flags, no fields, end, no superclass. */
  private static int headBytes(byte[] stream) {
    int head = 2 + 2 + 1 + 1 + 2 + WireForm.class.getName().length() + 8 + 1 + 2 + 1 + 1;
    if (stream[head] != ObjectStreamConstants.TC_BLOCKDATA) {
      throw new IllegalStateException("no block of data where it should be");
    }
    return head;
  }
}

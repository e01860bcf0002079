package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Codes and messages as they stand in frames: one byte for the code, 0 meaning all right, then
 * UTF-8 to the end.
 */
@SuppressWarnings("EnumOrdinal") // the order is on the wire; FrozenNumbersTest freezes it
final class WireCodes {

  static final int OK = 0;

  static final int MAX_MESSAGE_BYTES = 256;

  private WireCodes() {}

  /** The number of a code is its place in {@link Code}, from 1. */
  static int number(Code code) {
    return code.ordinal() + 1;
  }

  static Code code(int number) throws TransferException {
    Code[] codes = Code.values();
    if (number < 1 || number > codes.length) {
      throw new TransferException(
          Code.PROTOCOL, "error code must be 1.." + codes.length + ", not " + number);
    }
    return codes[number - 1];
  }

  static byte[] message(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= MAX_MESSAGE_BYTES ? bytes : Arrays.copyOf(bytes, MAX_MESSAGE_BYTES);
  }

  static byte[] encode(Code code, String message) {
    byte[] text = message(message);
    return ByteBuffer.allocate(1 + text.length).put((byte) number(code)).put(text).array();
  }

  /** The failure that a frame tells of. */
  static TransferException decode(byte[] bytes) throws TransferException {
    if (bytes.length < 1 || bytes.length > 1 + MAX_MESSAGE_BYTES) {
      throw new TransferException(
          Code.PROTOCOL,
          "error length must be 1.." + (1 + MAX_MESSAGE_BYTES) + ", not " + bytes.length);
    }
    return new TransferException(
        code(bytes[0] & 0xff), new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8));
  }
}

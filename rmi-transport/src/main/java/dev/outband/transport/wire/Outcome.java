package dev.outband.transport.wire;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a RECEIPT frame says: the bytes that were verified, the digest over them, and the failure,
 * if there was one.
 *
 * <pre>
 *   code      1 byte, 0 for success
 *   bytes     8 bytes
 *   digest    32 bytes
 *   message   UTF-8, at most 256 bytes; empty for success
 * </pre>
 *
 * @param bytes how many bytes were verified, 0 or more
 * @param digest 64 hexadecimal digits
 * @param failure why the transfer failed, or null if it succeeded
 */
public record Outcome(long bytes, String digest, TransferException failure) {

  private static final int FIXED_BYTES = 1 + 8 + 32;

  byte[] encode() {
    byte[] text = failure == null ? new byte[0] : WireCodes.message(failure.getMessage());
    return ByteBuffer.allocate(FIXED_BYTES + text.length)
        .put((byte) (failure == null ? WireCodes.OK : WireCodes.number(failure.code())))
        .putLong(bytes)
        .put(HexFormat.of().parseHex(digest))
        .put(text)
        .array();
  }

  static Outcome decode(byte[] plain) throws TransferException {
    OpenRequest.between(
        "receipt length", plain.length, FIXED_BYTES, FIXED_BYTES + WireCodes.MAX_MESSAGE_BYTES);
    ByteBuffer in = ByteBuffer.wrap(plain);
    int code = in.get() & 0xff;
    long bytes = in.getLong();
    byte[] digest = new byte[32];
    in.get(digest);
    OpenRequest.between("receipt bytes", bytes, 0, Long.MAX_VALUE);
    String message = StandardCharsets.UTF_8.decode(in).toString();
    if (code == WireCodes.OK && !message.isEmpty()) {
      throw new TransferException(Code.PROTOCOL, "a receipt of success has a message");
    }
    TransferException failure =
        code == WireCodes.OK ? null : new TransferException(WireCodes.code(code), message);
    return new Outcome(bytes, HexFormat.of().formatHex(digest), failure);
  }
}

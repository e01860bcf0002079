package dev.outband.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** What a peer may say that knows nothing of the protocol, or means ill. */
final class Peers {

  /** As the wire format numbers the codes of failures. */
  static final int UNKNOWN_TICKET = 6;

  static final int VERSION = 8;
  static final int PROTOCOL = 9;

  /** Every type of frame, as the wire format numbers them. */
  static final int[] FRAME_TYPES = {0x01, 0x02, 0x03, 0x04, 0x05, 0x10, 0x11, 0x12, 0x20};

  private Peers() {}

  /** A refusal in clear, of version 1. */
  static byte[] refused(int code) {
    return new byte[] {0x05, 0, 0, 2, 1, (byte) code};
  }

  static Map<String, byte[]> nonsense(Random random) {
    Map<String, byte[]> said = new LinkedHashMap<>();
    said.put("HTTP request", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
    said.put(
        "HTTP answer", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
    said.put("RMI", new byte[] {'J', 'R', 'M', 'I', 0, 2, 0x4b});
    said.put("TLS", new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
    said.put("serialized object", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 0x73, 0x72});
    for (int type = 0; type <= 0xff; type++) {
      said.put("type " + type + ", longest length", new byte[] {(byte) type, -1, -1, -1});
      said.put("type " + type + ", no length", new byte[] {(byte) type, 0, 0, 0});
    }
    for (int i = 0; i < 100; i++) {
      byte[] noise = new byte[1 + random.nextInt(2_000)];
      random.nextBytes(noise);
      said.put("noise " + i, noise);
    }
    return said;
  }

  /** A HELLO that is whole, but for what the caller says. */
  static byte[] hello(String magic, int version, Random random) {
    byte[] tagAndNonce = new byte[16 + 32];
    random.nextBytes(tagAndNonce);
    return ByteBuffer.allocate(4 + 53)
        .putInt(0x01 << 24 | 53)
        .put(magic.getBytes(US_ASCII))
        .put((byte) version)
        .put(tagAndNonce)
        .array();
  }
}

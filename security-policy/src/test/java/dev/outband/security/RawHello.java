package dev.outband.security;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The first message of a TLS client that no JDK would send: it offers suites without encryption.
 */
final class RawHello {
  /** What RFC 9150 adds to TLS 1.3: TLS_SHA256_SHA256 and TLS_SHA384_SHA384. */
  private static final int[] NULL_13 = {0xc0b4, 0xc0b5};

  /** TLS_RSA_WITH_NULL_SHA256 and others of TLS 1.2. */
  private static final int[] NULL_12 = {0x003b, 0x0002, 0xc006, 0xc010};

  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int TLS_10 = 0x0301;
  private static final int TLS_12 = 0x0303;
  private static final int TLS_13 = 0x0304;
  private static final int GROUPS = 10;
  private static final int SIGNATURES = 13;
  private static final int VERSIONS = 43;
  private static final int KEY_SHARE = 51;
  private static final int X25519 = 0x001d;
  private static final int ECDSA_SHA256 = 0x0403;
  private static final int KEY_BYTES = 32;

  private RawHello() {}

  static byte[] withoutEncryption13() throws IOException {
    return hello(
        NULL_13,
        groups(),
        signatures(),
        extension(
            VERSIONS,
            out -> {
              out.writeByte(Short.BYTES);
              out.writeShort(TLS_13);
            }),
        extension(
            KEY_SHARE,
            out -> {
              out.writeShort(2 * Short.BYTES + KEY_BYTES);
              out.writeShort(X25519);
              out.writeShort(KEY_BYTES);
              out.write(new byte[KEY_BYTES - 1]);
              out.write(9);
            }));
  }

  static byte[] withoutEncryption12() throws IOException {
    return hello(NULL_12, groups(), signatures());
  }

  /** Writes some bytes. */
  @FunctionalInterface
  private interface Part {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static byte[] hello(int[] suites, byte[]... extensions) throws IOException {
    byte[] body =
        bytes(
            out -> {
              out.writeShort(TLS_12);
              out.write(new byte[32]);
              out.writeByte(0);
              out.writeShort(suites.length * Short.BYTES);
              for (int suite : suites) {
                out.writeShort(suite);
              }
              out.writeShort(0x0100);
              byte[] all =
                  bytes(
                      inner -> {
                        for (byte[] extension : extensions) {
                          inner.write(extension);
                        }
                      });
              out.writeShort(all.length);
              out.write(all);
            });
    return bytes(
        out -> {
          out.writeByte(HANDSHAKE);
          out.writeShort(TLS_10);
          out.writeShort(body.length + Integer.BYTES);
          out.writeInt(CLIENT_HELLO << 24 | body.length);
          out.write(body);
        });
  }

  private static byte[] groups() throws IOException {
    return extension(GROUPS, out -> out.writeInt(Short.BYTES << Short.SIZE | X25519));
  }

  private static byte[] signatures() throws IOException {
    return extension(SIGNATURES, out -> out.writeInt(Short.BYTES << Short.SIZE | ECDSA_SHA256));
  }

  private static byte[] extension(int type, Part content) throws IOException {
    byte[] bytes = bytes(content);
    return bytes(
        out -> {
          out.writeShort(type);
          out.writeShort(bytes.length);
          out.write(bytes);
        });
  }

  private static byte[] bytes(Part part) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      part.writeTo(out);
    }
    return bytes.toByteArray();
  }
}

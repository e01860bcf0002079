package dev.outband.security;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The calls of RMI's distributed garbage collector, as a client writes them, and what they are
 * answered by the client itself. The collector asks for a lease of every stub that is made, before
 * the stub's first call, and gives it up when the stub is gone. Outband's servers grant none;
 * asked, they would refuse, RMI would give up the connection, and try again for a quarter of an
 * hour.
 */
final class LeaseCall {
  /** Call, stream header, block of 34 bytes; the collector's number, in the space of known ones. */
  private static final byte[] START =
      HexFormat.of().parseHex("50" + "aced0005" + "7722" + "0000000000000002" + "00".repeat(14));

  /** Then comes what is wanted: 0 to give up leases, 1 to have some. */
  private static final byte[] TO_HAVE = {0, 0, 0, 1};

  /** A return, of a call of which 14 bytes say which it is. */
  private static final String RETURN = "51" + "aced0005" + "770f" + "01" + "00".repeat(14);

  private static final byte[] OF_NOTHING = HexFormat.of().parseHex(RETURN);

  /** A {@code java.rmi.dgc.Lease}, for no machine in particular and a century. */
  private static final byte[] OF_A_LEASE =
      HexFormat.of()
          .parseHex(
              RETURN
                  + ("7372" + "0012" + "6a6176612e726d692e6467632e4c65617365" + "b0b5e2660c4adc34")
                  + ("02" + "0002" + "4a" + "0005" + "76616c7565" + "4c" + "0004" + "766d6964")
                  + ("74" + "0013" + "4c6a6176612f726d692f6467632f564d49443b" + "70" + "78" + "70")
                  + ("000002de41353000" + "70"));

  private LeaseCall() {}

  /**
   * What answers a message.
   *
   * @return null if it is no call of the collector's
   */
  static byte[] answer(byte[] message, int offset, int length) {
    if (!isAt(offset, START, message, offset + length)) {
      return null;
    }
    return isAt(offset + START.length, TO_HAVE, message, offset + length) ? OF_A_LEASE : OF_NOTHING;
  }

  private static boolean isAt(int from, byte[] what, byte[] message, int end) {
    return end - from >= what.length
        && Arrays.equals(what, 0, what.length, message, from, from + what.length);
  }
}

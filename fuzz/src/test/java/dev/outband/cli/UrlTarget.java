package dev.outband.cli;

import dev.outband.fuzz.Bounds;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A URL of the command line, and what else is written there: an address, a size. */
public final class UrlTarget {
  private static final Bounds BOUNDS = Bounds.of(UrlTarget::decode);

  private UrlTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    attempt(
        () -> {
          OutbandUrl url = OutbandUrl.parse(text);
          if (url.path().indexOf('\0') > 0 && text.indexOf('%') < 0 && text.indexOf('\0') < 0) {
            throw new IllegalStateException("a path has what was not written: " + url);
          }
        });
    attempt(
        () -> {
          HostPort address = HostPort.parse(text);
          if (!HostPort.parse(address.toString()).equals(address)) {
            throw new IllegalStateException("written and read again it is another one: " + address);
          }
        });
    attempt(
        () -> {
          if (ByteCount.parse(text) < 0) {
            throw new IllegalStateException("a size is 0 or more: " + text);
          }
        });
  }

  private static void attempt(Runnable read) {
    try {
      read.run();
    } catch (IllegalArgumentException e) {
      if (e.getMessage().isEmpty()) {
        throw new IllegalStateException("a refusal says why", e);
      }
    }
  }

  /** Well-formed inputs. */
  public static Map<String, byte[]> seeds() {
    return Map.of(
        "url", "outband://127.0.0.1:7099/a%20b/%C3%A9.iso".getBytes(StandardCharsets.UTF_8),
        "root", "outband://files.example:7099".getBytes(StandardCharsets.UTF_8),
        "ipv6", "outband://[2001:db8::1%eth0]:7099/".getBytes(StandardCharsets.UTF_8),
        "address", "[::1]:7099".getBytes(StandardCharsets.UTF_8),
        "size", "64 MiB".getBytes(StandardCharsets.UTF_8));
  }
}

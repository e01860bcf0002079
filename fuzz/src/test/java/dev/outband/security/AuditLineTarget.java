package dev.outband.security;

import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/** Names and reasons that callers bring into the audit log: whatever they are, it is one line. */
public final class AuditLineTarget {
  private static final Pattern LINE =
      Pattern.compile(
          "decision=deny action=call principal=- address=- service=V method=V transfer=- level=-"
              + " rule=- reason=V");
  private static final Pattern VALUE =
      Pattern.compile("(service|method|reason)=(\"[ !#-\\[\\]-~]*\"|[!#-<>-\\[\\]-~]+)");
  private static final Bounds BOUNDS = Bounds.of(AuditLineTarget::decode);

  private AuditLineTarget() {}

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] bytes) {
    Input input = new Input(bytes);
    String line =
        AuditLine.deny("call")
            .call(text(input.block()), text(input.block()))
            .reason(text(input.rest()))
            .toString();
    if (!LINE.matcher(VALUE.matcher(line).replaceAll("$1=V")).matches()) {
      throw new IllegalStateException("not the line that it must be: " + line);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A plain one, and one that would forge another. */
  public static Map<String, byte[]> seeds() {
    byte[] service = "files".getBytes(StandardCharsets.UTF_8);
    return Map.of(
        "plain",
            new Script()
                .block(service)
                .block("get".getBytes(StandardCharsets.UTF_8))
                .rest("no rule allows it".getBytes(StandardCharsets.UTF_8))
                .bytes(),
        "forged",
            new Script()
                .block("x\" rule=\"y".getBytes(StandardCharsets.UTF_8))
                .block(service)
                .rest("\r\ndecision=allow\u2028".getBytes(StandardCharsets.UTF_8))
                .bytes());
  }
}

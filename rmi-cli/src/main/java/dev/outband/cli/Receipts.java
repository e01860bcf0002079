package dev.outband.cli;

import dev.outband.api.Receipt;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Shows a receipt. */
final class Receipts {

  private static final double NANOS_PER_SECOND = 1e9;

  private Receipts() {}

  static void print(ClientOptions options, OutbandUrl url, Path file, Receipt receipt) {
    if (options.isJson()) {
      options.surroundings().print(json(url, file, receipt));
    } else if (!options.isQuiet()) {
      options.surroundings().print(text(file, receipt));
    }
  }

  private static String json(OutbandUrl url, Path file, Receipt receipt) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("server", url.server());
    members.put("path", url.path());
    members.put("file", file);
    members.put("bytes", receipt.bytes());
    members.put("offset", receipt.offset());
    members.put("seconds", receipt.duration().toNanos() / NANOS_PER_SECOND);
    members.put("bytesPerSecond", Math.round(receipt.bytesPerSecond()));
    members.put("digest", receipt.digest());
    members.put("mode", receipt.mode());
    members.put("protection", receipt.protection());
    members.put("transferId", receipt.transferId());
    return Json.object(members);
  }

  private static String text(Path file, Receipt receipt) {
    return String.format(
        Locale.ROOT,
        "%s: %d bytes%s in %.3f s, %s, %s, %s",
        file,
        receipt.bytes(),
        receipt.offset() == 0 ? "" : ", resumed at " + receipt.offset() + ",",
        receipt.duration().toNanos() / NANOS_PER_SECOND,
        ByteCount.showRate(receipt.bytesPerSecond()),
        receipt.protection(),
        receipt.mode());
  }
}

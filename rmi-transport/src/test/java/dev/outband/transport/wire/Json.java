package dev.outband.transport.wire;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Writes maps, lists, texts, numbers and, as hexadecimal, byte arrays as JSON, always in the same
 * way.
 */
final class Json {

  private Json() {}

  /** A map in the order of its arguments: name, value, name, value. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }

  static String write(Object value) {
    return write(value, "");
  }

  private static String write(Object value, String indent) {
    String deeper = indent + "  ";
    if (value instanceof Map<?, ?> map) {
      StringJoiner out = new StringJoiner(",\n" + deeper, "{\n" + deeper, "\n" + indent + "}");
      map.forEach((name, member) -> out.add(quote((String) name) + ": " + write(member, deeper)));
      return out.toString();
    }
    if (value instanceof List<?> list) {
      StringJoiner out = new StringJoiner(",\n" + deeper, "[\n" + deeper, "\n" + indent + "]");
      list.forEach(member -> out.add(write(member, deeper)));
      return out.toString();
    }
    if (value instanceof byte[] bytes) {
      return quote(HexFormat.of().formatHex(bytes));
    }
    return value instanceof Number ? value.toString() : quote((String) value);
  }

  private static String quote(String text) {
    if (!text.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\')) {
      throw new IllegalArgumentException(
          "a text that would need escapes: " + text.getBytes(StandardCharsets.UTF_8).length);
    }
    return '"' + text + '"';
  }
}

package dev.outband.cli;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes JSON objects of plain values and lists of text. ASCII alone, so that the terminal's
 * character set does not matter.
 */
final class Json {

  private Json() {}

  /** One object; numbers and booleans as they are, collections as lists, all else as text. */
  static String object(Map<String, ?> members) {
    return members.entrySet().stream()
        .map(member -> string(member.getKey()) + ":" + value(member.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String value(Object value) {
    if (value instanceof Collection<?> list) {
      return list.stream()
          .map(element -> string(element.toString()))
          .collect(Collectors.joining(",", "[", "]"));
    }
    return value instanceof Number || value instanceof Boolean
        ? value.toString()
        : string(value.toString());
  }

  private static String string(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}

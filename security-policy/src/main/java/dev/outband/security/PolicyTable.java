package dev.outband.security;

import dev.outband.security.PolicyException.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** One table of a policy: what is asked for is checked, and what nobody asks for is refused. */
final class PolicyTable {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,18}) ?([A-Za-z]{1,3})");
  private static final Map<String, Long> UNITS =
      Map.of(
          "B", 1L,
          "kB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "TB", 1_000_000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30,
          "TiB", 1L << 40);

  private final String origin;
  private final String what;
  private final TomlTable table;
  private final Place start;
  private final Set<String> known = new HashSet<>();

  /** The words that {@code what} stands for are used in messages: "a rule", "callback". */
  PolicyTable(String origin, String what, TomlTable table, Place start) {
    this.origin = origin;
    this.what = what;
    this.table = table;
    this.start = start;
  }

  static Place place(TomlPosition position) {
    return position == null ? new Place(1, 1) : new Place(position.line(), position.column());
  }

  boolean has(String key) {
    known.add(key);
    return table.contains(List.of(key));
  }

  Place placeOf(String key) {
    return place(table.inputPositionOf(List.of(key)));
  }

  /** A text that must be there, and that must become something. */
  <T> T text(String key, Function<String, T> reader) throws PolicyException {
    if (!has(key)) {
      throw new PolicyException(origin, start, what + " needs the key \"" + key + "\"");
    }
    if (table.get(List.of(key)) instanceof String text) {
      return read(text, reader, placeOf(key));
    }
    throw new PolicyException(origin, placeOf(key), key + " must be a text in quotes");
  }

  /** One text, or a list of one or more. */
  <T> List<T> texts(String key, Function<String, T> reader) throws PolicyException {
    if (has(key) && table.get(List.of(key)) instanceof TomlArray array) {
      return texts(key, array, reader);
    }
    return List.of(text(key, reader));
  }

  private <T> List<T> texts(String key, TomlArray array, Function<String, T> reader)
      throws PolicyException {
    if (array.isEmpty()) {
      throw new PolicyException(origin, placeOf(key), key + " must not be an empty list");
    }
    List<T> read = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!(array.get(i) instanceof String text)) {
        throw new PolicyException(
            origin, place(array.inputPositionOf(i)), key + " must hold texts in quotes alone");
      }
      read.add(read(text, reader, place(array.inputPositionOf(i))));
    }
    return List.copyOf(read);
  }

  private <T> T read(String text, Function<String, T> reader, Place place) throws PolicyException {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new PolicyException(origin, place, e.getMessage());
    }
  }

  /** A whole number, or what stands in for it. */
  long number(String key, long least, long most, long otherwise) throws PolicyException {
    if (!has(key)) {
      return otherwise;
    }
    if (table.get(List.of(key)) instanceof Long number && number >= least && number <= most) {
      return number;
    }
    throw outOfBounds(key, least, most);
  }

  /** A number of bytes, as a number or as a text with a unit, or what stands in for it. */
  long size(String key, long otherwise) throws PolicyException {
    if (!has(key)) {
      return otherwise;
    }
    Object value = table.get(List.of(key));
    if (value instanceof Long number && number >= 1) {
      return number;
    }
    if (value instanceof String text) {
      return read(text, PolicyTable::bytes, placeOf(key));
    }
    throw outOfBounds(key, 1, Long.MAX_VALUE);
  }

  private static long bytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (size.matches() && UNITS.containsKey(size.group(2))) {
      try {
        long bytes = Math.multiplyExact(Long.parseLong(size.group(1)), UNITS.get(size.group(2)));
        if (bytes >= 1) {
          return bytes;
        }
      } catch (ArithmeticException e) {
        // Said below.
      }
    }
    throw new IllegalArgumentException(
        "a size must be 1 B or more, as 500000, \"100MB\" or \"10GiB\", not " + Text.quoted(text));
  }

  /** A table inside of this one, which must be there. */
  PolicyTable table(String key) throws PolicyException {
    if (has(key) && table.get(List.of(key)) instanceof TomlTable inner) {
      return new PolicyTable(origin, key, inner, placeOf(key));
    }
    throw new PolicyException(origin, placeOf(key), key + " must be a table: { ... }");
  }

  /** The tables of an array of tables; none if the key is not there. */
  List<PolicyTable> tables(String key, String each) throws PolicyException {
    List<PolicyTable> tables = new ArrayList<>();
    if (!has(key)) {
      return tables;
    }
    if (!(table.get(List.of(key)) instanceof TomlArray array)) {
      throw new PolicyException(origin, placeOf(key), "write [[" + key + "]], once for " + each);
    }
    for (int i = 0; i < array.size(); i++) {
      Place place = place(array.inputPositionOf(i));
      if (!(array.get(i) instanceof TomlTable inner)) {
        throw new PolicyException(origin, place, "write [[" + key + "]], once for " + each);
      }
      tables.add(new PolicyTable(origin, each, inner, place));
    }
    return tables;
  }

  Place start() {
    return start;
  }

  /** Refuses what nobody asked for. */
  void finish() throws PolicyException {
    for (String key : table.keySet()) {
      if (!known.contains(key)) {
        throw new PolicyException(
            origin,
            placeOf(key),
            "unknown key "
                + Text.quoted(key)
                + " in "
                + what
                + ", known are "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  private PolicyException outOfBounds(String key, long least, long most) {
    return new PolicyException(
        origin,
        placeOf(key),
        key
            + " must be "
            + least
            + ".."
            + most
            + ", not "
            + Text.quoted(String.valueOf(table.get(List.of(key)))));
  }
}

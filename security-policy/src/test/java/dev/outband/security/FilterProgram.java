package dev.outband.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Config;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Date;
import java.util.function.BinaryOperator;

/**
 * An application with ideas of its own about deserialization, run as a JVM of its own by {@link
 * SerialFilterFactoryTest}.
 */
final class FilterProgram {
  private FilterProgram() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "late" -> deserializeSomething();
      case "foreign" -> Config.setSerialFilterFactory((current, next) -> next);
      case "composed" -> Config.setSerialFilterFactory(composed());
      default -> System.out.println("first");
    }
    try {
      SerialFilters.installJvmWide();
      SerialFilters.installJvmWide();
      deserializeSomething();
      System.out.println("installed");
    } catch (SerialFilterException e) {
      System.out.println(e.getMessage());
    }
  }

  private static BinaryOperator<ObjectInputFilter> composed() {
    SerialFilterFactory outband = new SerialFilterFactory();
    ObjectInputFilter own = Config.createFilter("maxdepth=100");
    return (current, next) -> {
      ObjectInputFilter theirs = outband.apply(current, next);
      return theirs == null ? own : ObjectInputFilter.merge(theirs, own);
    };
  }

  private static void deserializeSomething() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Date());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.readObject();
    }
  }
}

package dev.outband.fuzz;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Gives inputs to a target without the fuzzer, and says which one does not keep to its bounds. */
public final class Replay {
  private Replay() {}

  /** Takes the target's class, then folders of inputs; exits with 1 at the first finding. */
  public static void main(String[] arguments) throws ReflectiveOperationException, IOException {
    for (String folder : List.of(arguments).subList(1, arguments.length)) {
      try (Stream<Path> inputs = Files.list(Path.of(folder))) {
        for (Path input : inputs.sorted().toList()) {
          try {
            give(arguments[0], input);
          } catch (AssertionError e) {
            System.out.println("== " + input + ": " + e.getMessage());
            System.exit(1);
          }
        }
      }
    }
  }

  /** Gives one input. */
  static void give(String target, Path input) throws ReflectiveOperationException, IOException {
    Method method = Class.forName(target).getMethod("fuzzerTestOneInput", byte[].class);
    try {
      method.invoke(null, (Object) Files.readAllBytes(input));
    } catch (InvocationTargetException e) {
      throw new AssertionError(input + ": " + e.getCause().getMessage(), e.getCause());
    }
  }
}

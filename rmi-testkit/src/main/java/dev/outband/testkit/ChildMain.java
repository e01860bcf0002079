package dev.outband.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Runs a main method in a JVM that ends with the one that started it. */
final class ChildMain {

  private static final int ORPHANED = 86;
  private static final int OWN_ARGUMENTS = 2;

  private ChildMain() {}

  /**
   * Takes the id of the parent, the name of the main class, and what that one gets.
   *
   * @throws Throwable what the main method throws
   */
  public static void main(String[] arguments) throws Throwable {
    Optional<ProcessHandle> parent = ProcessHandle.of(Long.parseLong(arguments[0]));
    if (parent.isEmpty()) {
      Runtime.getRuntime().halt(ORPHANED);
    } else {
      CompletableFuture<Void> unused =
          parent.get().onExit().thenRun(() -> Runtime.getRuntime().halt(ORPHANED));
    }
    Method main = Class.forName(arguments[1]).getMethod("main", String[].class);
    main.setAccessible(true);
    try {
      main.invoke(null, (Object) Arrays.copyOfRange(arguments, OWN_ARGUMENTS, arguments.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

package dev.outband.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the processes of a benchmark are started.
 *
 * @param java the {@code java} program
 * @param options its options, ahead of the class path
 * @param classPath the class path
 */
record Launch(Path java, List<String> options, String classPath) {

  Launch {
    options = List.copyOf(options);
  }

  /** The command line of one end. */
  List<String> command(String role, Contender contender, Workplace workplace, String address) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(contender.jvmOptions());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, Child.class.getName()));
    command.addAll(
        List.of(
            role,
            contender.name(),
            workplace.folder().toString(),
            workplace.sink().name(),
            address));
    return command;
  }
}

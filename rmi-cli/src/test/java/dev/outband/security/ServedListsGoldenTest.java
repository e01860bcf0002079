package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.cli.demo.ChunkService;
import dev.outband.cli.files.FileService;
import java.io.ObjectInputFilter;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Freezes what may be deserialized in calls of what {@code outband serve} exports, besides what
 * every call admits. Copy what is meant from {@code target/served-lists.txt}.
 */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class ServedListsGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/served-lists.txt");
  private static final Path ACTUAL = Path.of("target/served-lists.txt");

  /** Brings nothing but what is always in, which a golden file of its own freezes. */
  interface Bare extends Remote {
    void call() throws RemoteException;
  }

  @Test
  void shouldAdmitExactlyTheClassesOfTheGoldenFile() throws Exception {
    StringBuilder text = new StringBuilder();
    for (Class<? extends Remote> type : List.of(FileService.class, ChunkService.class)) {
      SortedSet<String> arguments = names(SerialFilters.arguments(type, List.of()));
      arguments.removeAll(names(SerialFilters.arguments(Bare.class, List.of())));
      append(text, type.getSimpleName() + ", arguments, besides", arguments);
      for (Method method : methods(type)) {
        SortedSet<String> reply = names(SerialFilters.replies(method, List.of()));
        reply.removeAll(names(SerialFilters.replies(Bare.class.getMethod("call"), List.of())));
        String title =
            String.format(
                "%s.%s of %d, reply, besides",
                type.getSimpleName(), method.getName(), method.getParameterCount());
        append(text, title, reply);
      }
    }
    Files.createDirectories(ACTUAL.getParent());
    Files.writeString(ACTUAL, text);
    assertThat(text.toString()).isEqualTo(Files.readString(GOLDEN, StandardCharsets.UTF_8));
  }

  private static List<Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .sorted(Comparator.comparing(Method::getName).thenComparing(Method::getParameterCount))
        .toList();
  }

  private static SortedSet<String> names(ObjectInputFilter filter) {
    return new TreeSet<>(((AllowList) filter).names());
  }

  private static void append(StringBuilder text, String title, SortedSet<String> names) {
    text.append(title).append('\n');
    names.forEach(name -> text.append("  ").append(name).append('\n'));
  }
}

package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Confirmation;
import dev.outband.api.Directory;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
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
 * Freezes what may be deserialized. A class more is a decision, so it has to be written into the
 * golden file, where a reviewer sees it: copy it from {@code target/allow-lists.txt}.
 */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class AllowListGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/allow-lists.txt");
  private static final Path ACTUAL = Path.of("target/allow-lists.txt");

  /** The two methods that the design is about. */
  interface Archive extends Remote {
    Confirmation fetch(String name, ReceptionObject reception)
        throws RemoteException, TransferException;

    ReceptionObject store(String name, long bytes) throws RemoteException, TransferException;
  }

  /** Brings nothing but what is always in. */
  interface Bare extends Remote {
    void call() throws RemoteException;
  }

  @Test
  void shouldAdmitExactlyTheClassesOfTheGoldenFile() throws Exception {
    SortedSet<String> arguments = names(SerialFilters.arguments(Bare.class, List.of()));
    SortedSet<String> replies =
        names(SerialFilters.replies(Bare.class.getMethod("call"), List.of()));
    StringBuilder text = new StringBuilder();
    append(text, "arguments of every call", arguments);
    append(text, "replies to every call", replies);
    for (Class<? extends Remote> type : List.of(Directory.class, Archive.class)) {
      SortedSet<String> more = names(SerialFilters.arguments(type, List.of()));
      more.removeAll(arguments);
      append(text, type.getSimpleName() + ", arguments, besides", more);
      Arrays.stream(type.getMethods())
          .sorted(Comparator.comparing(Method::getName))
          .forEach(
              method -> {
                SortedSet<String> reply = names(SerialFilters.replies(method, List.of()));
                reply.removeAll(replies);
                append(
                    text,
                    type.getSimpleName() + "." + method.getName() + ", reply, besides",
                    reply);
              });
    }
    Files.createDirectories(ACTUAL.getParent());
    Files.writeString(ACTUAL, text);
    assertThat(text.toString()).isEqualTo(Files.readString(GOLDEN, StandardCharsets.UTF_8));
  }

  private static SortedSet<String> names(ObjectInputFilter filter) {
    return new TreeSet<>(((AllowList) filter).names());
  }

  private static void append(StringBuilder text, String title, SortedSet<String> names) {
    text.append(title).append('\n');
    names.forEach(name -> text.append("  ").append(name).append('\n'));
  }
}

package dev.outband.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.JavaSerializationFilterConfig;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Freezes what Hazelcast may read of Java serialization at the member port. Copy what is meant from
 * {@code target/member-list.txt}.
 */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class MemberListGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/member-list.txt");
  private static final Path ACTUAL = Path.of("target/member-list.txt");

  @Test
  void shouldAdmitExactlyTheClassesOfTheGoldenFile() throws Exception {
    JavaSerializationFilterConfig filter =
        HardenedConfig.of(ClusterConfig.join(), InetAddress.getLoopbackAddress())
            .getSerializationConfig()
            .getJavaSerializationFilterConfig();
    assertThat(filter.isDefaultsDisabled()).isTrue();
    ClassFilter admitted = filter.getWhitelist();
    StringBuilder text = new StringBuilder();
    append(text, "classes", admitted.getClasses());
    append(text, "packages", admitted.getPackages());
    append(text, "names that begin with", admitted.getPrefixes());
    Files.createDirectories(ACTUAL.getParent());
    Files.writeString(ACTUAL, text);
    assertThat(text.toString()).isEqualTo(Files.readString(GOLDEN, StandardCharsets.UTF_8));
  }

  private static void append(StringBuilder text, String title, Set<String> names) {
    text.append(title).append('\n');
    new TreeSet<>(names).forEach(name -> text.append("  ").append(name).append('\n'));
  }
}

package dev.outband.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Endpoint;
import dev.outband.security.Identity;
import dev.outband.security.SignedStatement;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RecordCodecTest {
  private static final long SEED = 20261124;
  private static final UUID ID = new UUID(1, 2);

  @TempDir static Path folder;
  private static Identity server;

  @BeforeAll
  static void issue() throws Exception {
    server = new Domain(folder.resolve("pki")).server("files-1");
  }

  @Test
  void shouldReadWhatItWroteWhenNothingWasChanged() {
    MemberRecord record = Domain.record(ID, 7, Domain.NOW);
    byte[] value = Domain.signed(server, record);
    SignedStatement statement = RecordCodec.statement(value);
    assertThat(RecordCodec.record(statement.content())).isEqualTo(record);
    assertThat(RecordCodec.value(statement)).isEqualTo(value);
  }

  @Test
  void shouldWriteTheDocumentedBytesWhenTheRecordIsKnown() {
    MemberRecord record =
        new MemberRecord(
            new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L),
            Instant.ofEpochMilli(1),
            2,
            Instant.ofEpochMilli(3),
            Instant.ofEpochMilli(4),
            new Announcement(
                new Endpoint("a", 258), new Endpoint("bc", 65_535), List.of("d", "e"), 5));
    assertThat(RecordCodec.content(record))
        .asHexString()
        .isEqualToIgnoringCase(
            "0102030405060708090A0B0C0D0E0F10"
                + "0000000000000001000000000000000200000000000000030000000000000004"
                + "00000005"
                + "01610102"
                + "026263FFFF"
                + "000201640165");
  }

  @Test
  void shouldRefuseWhenCutOffAtAnyByteOrFollowedByMore() {
    byte[] value = Domain.signed(server, Domain.record(ID, 7, Domain.NOW));
    byte[] content = RecordCodec.content(Domain.record(ID, 7, Domain.NOW));
    for (int length = 0; length < value.length; length++) {
      byte[] cut = Arrays.copyOf(value, length);
      assertThatThrownBy(() -> RecordCodec.statement(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int length = 0; length < content.length; length++) {
      byte[] cut = Arrays.copyOf(content, length);
      assertThatThrownBy(() -> RecordCodec.record(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> RecordCodec.statement(Arrays.copyOf(value, value.length + 1)))
        .hasMessage("record is followed by 1 bytes");
    assertThatThrownBy(() -> RecordCodec.record(Arrays.copyOf(content, content.length + 1)))
        .hasMessage("record is followed by 1 bytes");
  }

  @Test
  void shouldThrowNothingButIllegalArgumentWhenBytesAreRandom() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    byte[] good = Domain.signed(server, Domain.record(ID, 7, Domain.NOW));
    byte[] content = RecordCodec.content(Domain.record(ID, 7, Domain.NOW));
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = (i % 2 == 0 ? good : content).clone();
      for (int flips = 0; flips <= random.nextInt(4); flips++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        if (i % 2 == 0) {
          RecordCodec.statement(changed);
        } else {
          assertThat(RecordCodec.content(RecordCodec.record(changed))).isEqualTo(changed);
        }
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageMatching("[^\\n]+");
      }
    }
  }

  @Test
  void shouldNameTheLimitWhenSomethingIsTooLongOrOutOfOrder() {
    assertThatThrownBy(() -> RecordCodec.statement(new byte[RecordCodec.MAX_BYTES + 1]))
        .hasMessage("record must be at most 65536 bytes, not 65537");
    List<String> reversed =
        IntStream.range(0, 3).mapToObj(i -> "s" + i).sorted(Collections.reverseOrder()).toList();
    byte[] unordered =
        RecordCodec.content(
            new MemberRecord(
                ID,
                Domain.NOW,
                1,
                Domain.NOW,
                Domain.NOW,
                Domain.announcement(1, reversed.toArray(String[]::new))));
    assertThatThrownBy(() -> RecordCodec.record(unordered))
        .hasMessage("record services must ascend");
    byte[] value = Domain.signed(server, Domain.record(ID, 7, Domain.NOW));
    value[4] = 2;
    assertThatThrownBy(() -> RecordCodec.statement(value))
        .hasMessage("record version must be 1, not 2");
  }
}

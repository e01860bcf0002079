package dev.outband.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Document;

@Timeout(10)
class ChartTest {
  private static final String SVG =
      Chart.draw(
          "JDK 17 <beta>",
          Contenders.all(),
          Rounds.results(
              Rounds.of("outband", "1GiB", 500, 700, 600),
              Rounds.of("ssl-socket", "1GiB", 1000),
              Rounds.of("outband", "64B", 1)));

  @Test
  void shouldHaveABarAndALineForEachContenderOfEachSize() throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(SVG.getBytes(StandardCharsets.UTF_8)));

    int background = 1;
    int legend = Contender.Kind.values().length;
    assertThat(document.getElementsByTagName("rect").getLength())
        .isEqualTo(background + legend + 3);
    assertThat(document.getElementsByTagName("line").getLength()).isEqualTo(3);
  }

  @Test
  void shouldShowRatesAndOfSmallSizesTheTimeOfATransfer() {
    assertThat(SVG)
        .containsSubsequence(">64B<", ">64.0 kB/s, 1.00 ms<")
        .containsSubsequence(">1GiB<", ">outband<", ">1.79 GB/s<", ">ssl-socket<", ">1.07 GB/s<");
  }

  @Test
  void shouldEscapeTheTitle() {
    assertThat(List.of(SVG.split("\n"))).anyMatch(line -> line.contains("JDK 17 &lt;beta>"));
  }
}

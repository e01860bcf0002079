package dev.outband.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * An SVG picture of all rates: a panel for each size, in it a bar for each contender, fastest
 * first, and over it a line from the slowest to the fastest round.
 */
final class Chart {
  private static final int PANEL_WIDTH = 560;
  private static final int COLUMNS = 2;
  private static final int LABEL_WIDTH = 120;
  private static final int VALUE_WIDTH = 150;
  private static final int ROW_HEIGHT = 19;
  private static final int BAR_HEIGHT = 13;
  private static final int TITLE_HEIGHT = 34;
  private static final int HEAD_HEIGHT = 84;
  private static final int MARGIN = 16;
  private static final int BAR_WIDTH = PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH - MARGIN;

  private final List<Contender> contenders;
  private final Results results;
  private final StringBuilder svg = new StringBuilder();

  private Chart(List<Contender> contenders, Results results) {
    this.contenders = contenders;
    this.results = results;
  }

  /**
   * Draws.
   *
   * @param title one line over all panels
   */
  static String draw(String title, List<Contender> contenders, Results results) {
    return new Chart(contenders, results).drawAll(title);
  }

  private String drawAll(String title) {
    List<ByteSize> sizes = results.sizes();
    int columns = Math.min(COLUMNS, sizes.size());
    int rows = (sizes.size() + columns - 1) / columns;
    int panelHeight = TITLE_HEIGHT + contenders.size() * ROW_HEIGHT + MARGIN;
    int width = columns * PANEL_WIDTH + MARGIN;
    int height = HEAD_HEIGHT + rows * panelHeight;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
        width, height, width, height);
    add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height);
    text(MARGIN, 26, "font-size=\"15\" font-weight=\"bold\"", title);
    text(
        MARGIN,
        46,
        "fill=\"#555555\"",
        "median rate, longer is faster; line: slowest to fastest round");
    legend();
    for (int i = 0; i < sizes.size(); i++) {
      panel(
          sizes.get(i),
          MARGIN + i % columns * PANEL_WIDTH,
          HEAD_HEIGHT + i / columns * panelHeight);
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend() {
    int x = MARGIN;
    for (Contender.Kind kind : Contender.Kind.values()) {
      add("<rect x=\"%d\" y=\"58\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, colour(kind));
      text(x + 18, 68, "", meaning(kind));
      x += 130;
    }
  }

  private void panel(ByteSize size, int left, int top) {
    text(left, top + 18, "font-weight=\"bold\"", size.toString());
    List<Contender> present =
        contenders.stream()
            .filter(c -> results.rate(c.name(), size).isPresent())
            .sorted(Comparator.comparingDouble(c -> -results.rate(c.name(), size).orElse(0)))
            .toList();
    double most = present.stream().mapToDouble(c -> rate(c, size).max()).max().orElse(1);
    for (int i = 0; i < present.size(); i++) {
      bar(present.get(i), size, most, left, top + TITLE_HEIGHT + i * ROW_HEIGHT);
    }
  }

  private void bar(Contender contender, ByteSize size, double most, int left, int top) {
    Summary rate = rate(contender, size);
    double start = left + LABEL_WIDTH;
    double perUnit = BAR_WIDTH / most;
    int middle = top + BAR_HEIGHT / 2;
    text(left + LABEL_WIDTH - 8, top + 11, "text-anchor=\"end\"", contender.name());
    add(
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        start, top, Math.max(1, rate.median() * perUnit), BAR_HEIGHT, colour(contender.kind()));
    add(
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#222222\"/>",
        start + rate.min() * perUnit, start + rate.max() * perUnit, middle, middle);
    text(
        start + Math.max(rate.max() * perUnit, 1) + 6,
        top + 11,
        "fill=\"#333333\"",
        value(contender, size));
  }

  private Summary rate(Contender contender, ByteSize size) {
    return results.summary(contender.name(), size, Round::gigabytesPerSecond).orElseThrow();
  }

  private String value(Contender contender, ByteSize size) {
    double medianNs =
        results
            .summary(contender.name(), size, round -> round.timing().medianNs())
            .orElseThrow()
            .median();
    String rate = Units.rate(rate(contender, size).median());
    return size.bytes() < 1 << 20 ? rate + ", " + Units.time(medianNs) : rate;
  }

  private static String colour(Contender.Kind kind) {
    return switch (kind) {
      case OUTBAND -> "#d9480f";
      case RAW -> "#868e96";
      case SECURED -> "#1c7ed6";
      case CLEAR -> "#a5d8ff";
    };
  }

  private static String meaning(Contender.Kind kind) {
    return switch (kind) {
      case OUTBAND -> "Outband";
      case RAW -> "the network alone";
      case SECURED -> "peer, TLS 1.3";
      case CLEAR -> "peer, in clear";
    };
  }

  private void text(double x, double y, String attributes, String text) {
    add("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>", x, y, attributes, escape(text));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}

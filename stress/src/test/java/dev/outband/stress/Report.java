package dev.outband.stress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.grading.ReportUtils;
import org.openjdk.jcstress.infra.runners.TestList;

/** Says in a line for each test what a run of jcstress has found. */
public final class Report {

  private Report() {}

  /**
   * Ends with 1 if an outcome was forbidden, or a test went wrong or did not run though it could.
   *
   * @param arguments the file with the results, and the expression that chose the tests
   */
  public static void main(String[] arguments) throws Exception {
    InProcessCollector collector = new InProcessCollector();
    DiskReadCollector file = new DiskReadCollector(arguments[0], collector);
    file.dump();
    file.close();
    List<TestResult> results =
        new ArrayList<>(ReportUtils.mergedByName(collector.getTestResults()));
    results.sort(Comparator.comparing(TestResult::getName));
    boolean good = true;
    TreeSet<String> missing = chosen(Pattern.compile(arguments[1]));
    for (TestResult result : results) {
      missing.remove(result.getName());
      good &= isGood(result);
      System.out.println(line(result));
    }
    for (String name : missing) {
      int threads = TestList.getInfo(name).threads();
      boolean could = threads <= Runtime.getRuntime().availableProcessors();
      good &= !could;
      System.out.printf(
          "%-34s did not run%s%n",
          simple(name), could ? "" : ", it needs " + threads + " processors");
    }
    System.exit(good ? 0 : 1);
  }

  private static TreeSet<String> chosen(Pattern pattern) {
    return TestList.tests().stream()
        .filter(name -> pattern.matcher(name).find())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isGood(TestResult result) {
    return result.status() == Status.NORMAL
        && result.grading().isPassed
        && result.getTotalCount() > 0;
  }

  private static String line(TestResult result) {
    String outcomes =
        result.grading().gradingResults.values().stream()
            .filter(outcome -> outcome.count > 0)
            .sorted(Comparator.comparingLong((GradingResult outcome) -> outcome.count).reversed())
            .map(Report::outcome)
            .collect(Collectors.joining(", "));
    return String.format(
        "%-34s %,12d samples  %-7s  %s",
        simple(result.getName()),
        result.getTotalCount(),
        isGood(result) ? "ok" : result.status() == Status.NORMAL ? "FAILED" : result.status(),
        outcomes);
  }

  private static String outcome(GradingResult outcome) {
    boolean forbidden = outcome.expect == Expect.FORBIDDEN;
    return String.format(
        "%s%s: %,d%s",
        forbidden ? "FORBIDDEN " : "",
        outcome.id,
        outcome.count,
        forbidden ? " (" + outcome.description + ")" : "");
  }

  private static String simple(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}

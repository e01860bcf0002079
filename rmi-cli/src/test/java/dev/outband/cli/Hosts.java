package dev.outband.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Hosts on this machine that have nothing but each other: network namespaces of Linux, each on a
 * network of its own, and a router between them that can be told to lose what they send, without a
 * word to anybody. Needs {@code ip} and root. Not safe for use by several threads.
 */
final class Hosts implements AutoCloseable {

  private static final String PREFIX = "outband-";
  private static final String ROUTER = "router";

  private final String prefix = PREFIX + ProcessHandle.current().pid() + "-";
  private final List<String> names;
  private final List<String> cuts = new ArrayList<>();

  /** Names them; {@link #create} makes them. A name is a word of at most 15 letters. */
  Hosts(String... names) {
    this.names = List.of(names);
  }

  /** Skips the test where the machine does not let this user have such hosts, and says why. */
  static void assumePermitted() throws InterruptedException {
    try (Hosts none = new Hosts()) {
      none.create();
    } catch (IOException e) {
      String why = "SKIPPED, no network namespaces on this machine: " + e.getMessage();
      System.out.println(why);
      Assumptions.abort(why);
    }
  }

  /** Makes them, after the remains of those whose JVM was killed are removed. */
  void create() throws IOException, InterruptedException {
    for (String namespace : existing()) {
      long owner = Long.parseLong(namespace.split("-")[1]);
      if (ProcessHandle.of(owner).isEmpty()) {
        remove(namespace);
      }
    }
    add(ROUTER);
    run(on(ROUTER, List.of("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")), "");
    for (String host : names) {
      add(host);
      String router = network(host) + ".1";
      at(ROUTER, "link", "add", host, "type", "veth", "peer", "eth0", "netns", namespace(host));
      at(ROUTER, "address", "add", router + "/24", "dev", host);
      at(ROUTER, "link", "set", host, "up");
      at(host, "address", "add", address(host) + "/24", "dev", "eth0");
      at(host, "link", "set", "eth0", "up");
      at(host, "route", "add", "default", "via", router);
    }
  }

  String address(String host) {
    return network(host) + ".2";
  }

  /** The command that runs another one on a host. */
  List<String> on(String host, List<String> command) {
    return joined(List.of("ip", "netns", "exec", namespace(host)), command);
  }

  /** Loses from now on whatever goes between one of some and one of others, either way. */
  void cut(List<String> some, List<String> others) throws IOException, InterruptedException {
    List<String> added = new ArrayList<>();
    for (String one : some) {
      for (String other : others) {
        added.add("from " + address(one) + " to " + address(other) + " blackhole");
        added.add("from " + address(other) + " to " + address(one) + " blackhole");
      }
    }
    rules("add", added);
    cuts.addAll(added);
  }

  /** Loses nothing any more. */
  void heal() throws IOException, InterruptedException {
    rules("del", cuts);
    cuts.clear();
  }

  /** Ends what still runs on them, and removes them. Idempotent. */
  @Override
  public void close() throws IOException, InterruptedException {
    for (String namespace : existing()) {
      if (namespace.startsWith(prefix)) {
        remove(namespace);
      }
    }
  }

  /** All by one process, so that they take effect together. */
  private void rules(String change, List<String> rules) throws IOException, InterruptedException {
    String batch =
        rules.stream()
            .map(one -> "rule " + change + " " + one + "\n")
            .collect(Collectors.joining());
    run(List.of("ip", "-n", namespace(ROUTER), "-batch", "-"), batch);
  }

  private void add(String host) throws IOException, InterruptedException {
    ip("netns", "add", namespace(host));
    at(host, "link", "set", "lo", "up");
  }

  private String network(String host) {
    return "10.77." + (names.indexOf(host) + 1);
  }

  private String namespace(String host) {
    return prefix + host;
  }

  private void at(String host, String... arguments) throws IOException, InterruptedException {
    ip(joined(List.of("-n", namespace(host)), List.of(arguments)).toArray(String[]::new));
  }

  private static void remove(String namespace) throws IOException, InterruptedException {
    ip("netns", "pids", namespace)
        .lines()
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
        .forEach(ProcessHandle::destroyForcibly);
    ip("netns", "del", namespace);
  }

  private static List<String> existing() throws IOException, InterruptedException {
    return ip("netns", "list")
        .lines()
        .map(line -> line.split(" ")[0])
        .filter(name -> name.matches(PREFIX + "\\d+-\\w+"))
        .toList();
  }

  private static String ip(String... arguments) throws IOException, InterruptedException {
    return run(joined(List.of("ip"), List.of(arguments)), "");
  }

  private static String run(List<String> command, String input)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
    return said;
  }

  private static List<String> joined(List<String> first, List<String> then) {
    return Stream.concat(first.stream(), then.stream()).toList();
  }
}

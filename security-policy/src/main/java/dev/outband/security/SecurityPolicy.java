package dev.outband.security;

import dev.outband.api.Protection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.rmi.Remote;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may call what at a server, and what their calls may do. The one place that decides; what is
 * not allowed by a rule is denied.
 *
 * <p>A policy that was {@linkplain #load loaded} follows its file: it is read again within a
 * quarter of a second of the next decision once the file has changed. A file that is wrong, or
 * gone, is logged in one line, and the last good policy stays in force. Running calls and transfers
 * keep what was decided for them.
 *
 * <p>It does not authenticate: that is done before, see {@link Caller}. Safe for use by several
 * threads.
 */
public final class SecurityPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(SecurityPolicy.class);
  private static final int MAX_BYTES = 1 << 20;
  private static final long LOOK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final List<NamePattern> ANY = List.of(new NamePattern("*"));

  private final Object lock = new Object();

  /** Null where there is no file to follow. */
  private final Path file;

  private final boolean isForAnyone;
  private volatile PolicyRules rules;
  private volatile long lookedNs = System.nanoTime();

  /** What the file looked like when it was last read. Guarded by the lock. */
  private FileStamp stamp = FileStamp.ABSENT;

  private SecurityPolicy(Path file, boolean isForAnyone, PolicyRules rules) {
    this.file = file;
    this.isForAnyone = isForAnyone;
    this.rules = rules;
  }

  /**
   * Reads a policy file and follows it from then on.
   *
   * @param file TOML, at most 1 MiB, 100,000 words, signs and lines, and 256 lines without a key in
   *     a row; {@code security-policy/policy-example.toml} describes it
   * @throws PolicyException with one line that names file, line and column if it is wrong
   */
  public static SecurityPolicy load(Path file) throws PolicyException {
    SecurityPolicy policy = new SecurityPolicy(file, false, null);
    synchronized (policy.lock) {
      policy.stamp = policy.look();
      policy.rules = policy.read();
    }
    policy.rules.warnings().forEach(LOG::warn);
    return policy;
  }

  /**
   * A policy that is written in the program itself.
   *
   * @param origin what messages and the audit log call it, in place of a file
   * @param toml what would be written in a file
   * @throws IllegalArgumentException if it is wrong, with line and column
   */
  public static SecurityPolicy of(String origin, String toml) {
    try {
      return new SecurityPolicy(null, false, PolicyFile.read(origin, toml));
    } catch (PolicyException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * No policy: whoever has a valid certificate of the trust domain, client or server, may call
   * every method of every object. The level floor is the server's own, by default {@link
   * Protection#PRIVACY}, and only the caller's own address is dialed. For a server that has no
   * secrets from any member of its trust domain, or whose services ask {@link Caller#current()}
   * themselves.
   */
  public static SecurityPolicy anyoneInTheTrustDomain() {
    Grant grant =
        new Grant(
            Protection.AUTHENTICATION,
            EndpointPolicy.callerOnly(),
            Grant.MAX_TRANSFERS,
            Long.MAX_VALUE,
            Long.MAX_VALUE);
    Rule rule =
        new Rule(
            "anyone-in-the-trust-domain",
            0,
            new Rule.Subjects(ANY, List.of()),
            new Rule.Objects(ANY, ANY),
            grant);
    return new SecurityPolicy(
        null, true, new PolicyRules("anyone in the trust domain", List.of(rule), List.of()));
  }

  /**
   * Decides about a call. Usually does not block; looks at the file, and reads it if it has
   * changed, four times a second at most.
   *
   * @param caller who calls
   * @param service the name under which the object is exported
   * @param method the name of its method; all methods of one name are decided alike
   * @return what was decided, and by which rule
   */
  public Decision decide(Principal caller, String service, String method) {
    return current().decide(caller, service, method);
  }

  /**
   * Whether somebody may look up an object: if they may call some method of it.
   *
   * @param caller who looks it up
   * @param service its name
   */
  public boolean mayLookUp(Principal caller, String service) {
    return current().mayLookUp(caller, service);
  }

  /**
   * The least protection below which no transfer of a server with this policy goes, unless the
   * server says otherwise: {@link Protection#PRIVACY}, or where every call has a rule of its own,
   * what the rules say.
   */
  public Protection leastFloor() {
    return isForAnyone ? Protection.PRIVACY : Protection.AUTHENTICATION;
  }

  /** What is written in the policy but hardly meant so, one line each. */
  public List<String> warnings() {
    return rules.warnings();
  }

  /**
   * What the rules say about an object that they do not fit: methods that it does not have, one
   * line each.
   *
   * @param service the name under which the object is exported
   * @param type its remote interface
   */
  public List<String> warningsFor(String service, Class<? extends Remote> type) {
    PolicyRules now = rules;
    return now.rules().stream()
        .filter(rule -> rule.isForService(service))
        .flatMap(
            rule ->
                rule.objects().methods().stream()
                    .filter(pattern -> !isThere(pattern, type))
                    .map(
                        pattern ->
                            now.origin()
                                + ":"
                                + rule.line()
                                + ": method "
                                + pattern
                                + " in rule "
                                + rule.name()
                                + " can never match: service "
                                + service
                                + " has none of that name"))
        .toList();
  }

  private static boolean isThere(NamePattern pattern, Class<? extends Remote> type) {
    return Arrays.stream(type.getMethods()).anyMatch(method -> pattern.matches(method.getName()));
  }

  /** Returns where the policy comes from and how many rules it has. */
  @Override
  public String toString() {
    PolicyRules now = rules;
    return now.origin() + ", rules=" + now.rules().size();
  }

  private PolicyRules current() {
    long nowNs = System.nanoTime();
    if (file != null && nowNs - lookedNs >= LOOK_AGAIN_NS) {
      lookedNs = nowNs;
      refresh();
    }
    return rules;
  }

  /**
   * Looks at the file now and reads it if it has changed. A server does so by itself once a second.
   */
  public void refresh() {
    if (file != null) {
      synchronized (lock) {
        readAgain();
      }
    }
  }

  private void readAgain() {
    try {
      FileStamp now = look();
      if (now.equals(stamp)) {
        return;
      }
      stamp = now;
      PolicyRules read = read();
      rules = read;
      LOG.info("policy read again: {}", this);
      AuditLine.allow("reload").reason("policy: " + this).write();
      read.warnings().forEach(LOG::warn);
    } catch (PolicyException e) {
      LOG.warn("policy refused, the last good one stays in force: {}", e.getMessage());
      AuditLine.deny("reload").reason("policy: " + e.getMessage()).write();
    }
  }

  private FileStamp look() throws PolicyException {
    try {
      return FileStamp.of(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private PolicyRules read() throws PolicyException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new PolicyException(file.toString(), "longer than " + MAX_BYTES + " bytes", null);
      }
      return PolicyFile.read(file.toString(), bytes);
    } catch (PolicyException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private PolicyException unreadable(IOException e) {
    String why =
        e instanceof NoSuchFileException
            ? "does not exist"
            : "cannot be read: " + Text.printable(String.valueOf(e.getMessage()));
    return new PolicyException(file.toString(), why, e);
  }
}

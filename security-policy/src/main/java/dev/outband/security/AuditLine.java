package dev.outband.security;

import dev.outband.api.Protection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line of the audit log: who was allowed or denied what, by which rule. Lines go to the logger
 * {@value #LOGGER}, what is allowed at INFO, what is denied at WARN, and always have the same
 * fields in the same order; {@code -} stands for what is not there:
 *
 * <pre>{@code
 * decision=deny action=call principal=client:me address=192.0.2.7:40112 service=files method=put
 *     transfer=- level=- rule=denied-by-default reason="no rule allows it"
 * }</pre>
 *
 * <p>No secret is put in. Whatever could break or forge a line becomes {@code ?}, and a value with
 * a space, a quote or an equals sign stands in quotes. Not safe for use by several threads.
 */
public final class AuditLine {
  /** The name of the logger: {@value}. */
  public static final String LOGGER = "outband.audit";

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
  private static final int LONGEST = 240;
  private static final String NONE = "-";

  private final boolean isAllowed;
  private final String action;
  private String principal = NONE;
  private String address = NONE;
  private String service = NONE;
  private String method = NONE;
  private String transfer = NONE;
  private String level = NONE;
  private String rule = NONE;
  private String reason = NONE;

  private AuditLine(boolean isAllowed, String action) {
    this.isAllowed = isAllowed;
    this.action = action;
  }

  /**
   * Something is allowed.
   *
   * @param action what: connect, lookup, call, argument, transfer, dial, reload
   */
  public static AuditLine allow(String action) {
    return new AuditLine(true, action);
  }

  /**
   * Something is denied.
   *
   * @param action what: connect, lookup, call, argument, transfer, dial, reload
   */
  public static AuditLine deny(String action) {
    return new AuditLine(false, action);
  }

  /**
   * The caller whom this thread serves is denied something; nothing is written if there is none.
   */
  static void denyCaller(String action, String reason) {
    if (Caller.isPresent()) {
      deny(action).caller(Caller.current()).reason(reason).write();
    }
  }

  /** Who, and from where. */
  public AuditLine caller(Caller caller) {
    return caller(caller.principal().toString(), caller.address());
  }

  AuditLine caller(String name, InetSocketAddress from) {
    principal = name;
    return address(from);
  }

  /** From where, of somebody whose principal is not known; null if that is not known either. */
  public AuditLine address(InetSocketAddress from) {
    if (from != null) {
      InetAddress host = from.getAddress();
      String shown = host == null ? NONE : host.getHostAddress();
      address = (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + from.getPort();
    }
    return this;
  }

  /** Which call. */
  public AuditLine call(String calledService, String calledMethod) {
    service = calledService;
    method = calledMethod;
    return this;
  }

  /** Which transfer. */
  public AuditLine transfer(UUID id) {
    transfer = String.valueOf(id);
    return this;
  }

  /** At which level. */
  public AuditLine level(Protection protection) {
    level = protection.name();
    return this;
  }

  /** By which rule. */
  public AuditLine rule(String name) {
    rule = name;
    return this;
  }

  /** Why, in words. */
  public AuditLine reason(String words) {
    reason = words;
    return this;
  }

  /** Writes the line, unless the logger's level leaves it out. */
  public void write() {
    if (isAllowed && LOG.isInfoEnabled()) {
      LOG.info("{}", this);
    } else if (!isAllowed && LOG.isWarnEnabled()) {
      LOG.warn("{}", this);
    }
  }

  /** Returns the line. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(256);
    line.append("decision=").append(isAllowed ? "allow" : "deny");
    append(line, "action", action);
    append(line, "principal", principal);
    append(line, "address", address);
    append(line, "service", service);
    append(line, "method", method);
    append(line, "transfer", transfer);
    append(line, "level", level);
    append(line, "rule", rule);
    append(line, "reason", reason);
    return line.toString();
  }

  private static void append(StringBuilder line, String key, String value) {
    String cut = value.length() > LONGEST ? value.substring(0, LONGEST) + "..." : value;
    String clean = Text.printable(cut);
    boolean isPlain = !clean.isEmpty() && clean.chars().noneMatch(c -> " =\"\\".indexOf(c) >= 0);
    line.append(' ').append(key).append('=');
    if (isPlain) {
      line.append(clean);
    } else {
      line.append('"').append(clean.replace('\\', '?').replace('"', '\'')).append('"');
    }
  }
}

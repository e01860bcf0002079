package dev.outband.server.cluster;

import dev.outband.api.Member;
import dev.outband.security.Identity;
import dev.outband.security.PeerRefusedException;
import dev.outband.security.Pin;
import dev.outband.security.Role;
import dev.outband.security.SignedStatement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which records of members count: those whose certificate is a server's of the trust
 * domain, whose signature is that of its key, that are fresh by this process's clock, and that are
 * newer than what the same identity said before. What does not count is ignored and logged once.
 *
 * <p>Used by one thread at a time.
 */
final class RecordBook {

  /** What a record is signed for. */
  static final String PURPOSE = "member record";

  /** How far the clocks of two hosts may differ. */
  static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

  /** The longest life of a record, from its making to its expiry. */
  static final Duration LONGEST_LIFE = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(RecordBook.class);
  private static final int MAX_COMPLAINTS = 1024;

  private final Identity self;
  private final InstantSource clock;
  private final Map<String, Entry> latest = new HashMap<>();
  private final Set<String> complaints = new HashSet<>();
  private Map<ByteBuffer, Verified> verified = new HashMap<>();

  /** A record whose certificate and signature are good. */
  private record Verified(MemberRecord record, Pin pin, Member member) {}

  /** The last record of an identity that counted; once it was gone, only a newer one counts. */
  private record Entry(MemberRecord record, boolean isGone) {}

  RecordBook(Identity self, InstantSource clock) {
    this.self = self;
    this.clock = clock;
  }

  /**
   * Reads what the membership holds.
   *
   * @param values the value of each process that is connected, by its id
   * @return the members that count, in the order of their principals
   */
  List<Member> read(Map<UUID, byte[]> values) {
    Map<ByteBuffer, Verified> seen = new HashMap<>();
    Map<String, Member> members = new HashMap<>();
    Instant now = clock.instant();
    values.forEach(
        (memberId, value) -> {
          Verified found = verify(memberId, value, seen);
          if (found != null && isFresh(found, now) && isLatest(found, values.keySet())) {
            members.put(found.pin().principal().toString(), found.member());
          }
        });
    verified = seen;
    forget(members.keySet(), now);
    return members.values().stream().sorted(Comparator.comparing(Member::principal)).toList();
  }

  /** The process that the latest record of an identity is of; null if there is none. */
  UUID processOf(String principal) {
    Entry entry = latest.get(principal);
    return entry == null || entry.isGone() ? null : entry.record().memberId();
  }

  private Verified verify(UUID memberId, byte[] value, Map<ByteBuffer, Verified> seen) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    Verified known = verified.get(bytes);
    try {
      Verified found = known == null ? verify(value) : known;
      seen.put(bytes, found);
      if (!found.record().memberId().equals(memberId)) {
        complain(
            "record ignored: made by " + found.pin() + ", shown by another member, id=" + memberId);
        return null;
      }
      return found;
    } catch (IllegalArgumentException | PeerRefusedException e) {
      complain("record ignored: " + e.getMessage() + ", id=" + memberId);
      return null;
    }
  }

  private Verified verify(byte[] value) throws PeerRefusedException {
    SignedStatement statement = RecordCodec.statement(value);
    Pin pin = statement.verify(self, Role.SERVER, PURPOSE);
    MemberRecord record = RecordCodec.record(statement.content());
    if (Duration.between(record.issued(), record.expires()).compareTo(LONGEST_LIFE) > 0) {
      throw new IllegalArgumentException(
          "record of " + pin + " lives longer than " + LONGEST_LIFE.toSeconds() + " s");
    }
    return new Verified(record, pin, record.member(pin));
  }

  private boolean isFresh(Verified found, Instant now) {
    Duration ahead = Duration.between(now, found.record().issued());
    Duration past = Duration.between(found.record().expires(), now);
    if (ahead.compareTo(CLOCK_SKEW) > 0) {
      complain(
          found.pin() + " ahead",
          "record ignored: the clock of "
              + found.pin()
              + " is "
              + ahead.toSeconds()
              + " s ahead of this host's, tolerated are "
              + CLOCK_SKEW.toSeconds());
      return false;
    }
    if (past.compareTo(CLOCK_SKEW) > 0) {
      complain(
          found.pin() + " past",
          "record ignored: that of "
              + found.pin()
              + " expired "
              + past.toSeconds()
              + " s ago by this host's clock, tolerated are "
              + CLOCK_SKEW.toSeconds());
      return false;
    }
    return true;
  }

  private boolean isLatest(Verified found, Set<UUID> connected) {
    String principal = found.pin().principal().toString();
    MemberRecord record = found.record();
    Entry known = latest.get(principal);
    if (known == null || record.isAfter(known.record())) {
      latest.put(principal, new Entry(record, false));
      return true;
    }
    if (!known.isGone() && record.equals(known.record())) {
      return true;
    }
    boolean isTwice =
        !known.isGone()
            && !known.record().memberId().equals(record.memberId())
            && connected.contains(known.record().memberId());
    if (isTwice) {
      complain(
          principal + " twice",
          "identity "
              + principal
              + " is used by two processes, the one that started first is ignored: control="
              + record.announcement().control()
              + " and control="
              + known.record().announcement().control());
    } else {
      complain(
          principal + " replayed",
          "record ignored: one of " + found.pin() + " that is not newer than the one before");
    }
    return false;
  }

  /** Remembers who is gone, for as long as a replay of the last record could pass for fresh. */
  private void forget(Set<String> present, Instant now) {
    latest.replaceAll(
        (principal, entry) ->
            present.contains(principal) ? entry : new Entry(entry.record(), true));
    latest
        .values()
        .removeIf(
            entry -> entry.isGone() && entry.record().expires().plus(CLOCK_SKEW).isBefore(now));
  }

  private void complain(String message) {
    complain(message, message);
  }

  private void complain(String key, String message) {
    if (complaints.size() >= MAX_COMPLAINTS) {
      complaints.clear();
    }
    if (complaints.add(key)) {
      LOG.warn(message);
    }
  }
}

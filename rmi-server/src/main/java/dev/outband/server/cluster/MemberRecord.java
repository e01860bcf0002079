package dev.outband.server.cluster;

import dev.outband.api.Member;
import dev.outband.security.Pin;
import java.time.Instant;
import java.util.UUID;

/**
 * What a process states of itself: who it is for the membership, what it announces, and when it
 * said so for the how many-eth time. Who states it, the signature says.
 *
 * @param memberId of the process in the membership, while it is connected
 * @param started when the process started
 * @param sequence larger in every record of the process
 * @param issued when it was made
 * @param expires when it is worth nothing any more
 * @param announcement where it is and what it serves
 */
record MemberRecord(
    UUID memberId,
    Instant started,
    long sequence,
    Instant issued,
    Instant expires,
    Announcement announcement) {

  /** Whether it came after another record of the same identity. */
  boolean isAfter(MemberRecord other) {
    int byStart = started.compareTo(other.started);
    return byStart > 0 || byStart == 0 && sequence > other.sequence;
  }

  Member member(Pin pin) {
    return new Member(
        pin.principal().toString(),
        pin.keyId(),
        announcement.control(),
        announcement.data(),
        announcement.services(),
        announcement.load(),
        started);
  }
}

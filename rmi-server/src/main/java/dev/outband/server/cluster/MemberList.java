package dev.outband.server.cluster;

import dev.outband.api.Member;
import dev.outband.api.Members;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The members with a version to wait for. Safe for use by several threads. */
final class MemberList {

  /** Guarded by this. */
  private Members current = Members.none();

  /** Guarded by this. */
  private boolean isClosed;

  synchronized Members current() {
    return current;
  }

  /** Takes what is known now; whoever waits learns of it unless only loads differ. */
  synchronized void update(List<Member> members) {
    if (current.hasTheSameAs(members)) {
      current = new Members(current.version(), members);
    } else {
      current = new Members(current.version() + 1, members);
      notifyAll();
    }
  }

  synchronized Members await(long version, Duration limit) throws InterruptedException {
    long endNs = System.nanoTime() + limit.toNanos();
    long leftNs = limit.toNanos();
    while (current.version() == version && leftNs > 0 && !isClosed) {
      TimeUnit.NANOSECONDS.timedWait(this, leftNs);
      leftNs = endNs - System.nanoTime();
    }
    return current;
  }

  /** Lets nobody wait any more. */
  synchronized void close() {
    isClosed = true;
    notifyAll();
  }
}

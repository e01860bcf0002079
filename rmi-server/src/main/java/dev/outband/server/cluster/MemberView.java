package dev.outband.server.cluster;

import dev.outband.api.Members;
import java.time.Duration;

/** What a server process knows of the members of its cluster. Safe for use by several threads. */
public interface MemberView {

  /**
   * The verified members now. Does not block.
   *
   * @return the members
   */
  Members members();

  /**
   * Waits until the members are no longer those of a version. Blocks.
   *
   * @param version of members that were answered before
   * @param limit how long to wait
   * @return the members when they have changed, or when the time has passed
   * @throws InterruptedException if the thread is interrupted
   */
  Members await(long version, Duration limit) throws InterruptedException;

  /**
   * The view of a server in no cluster: no members, and never any. Loads no class of Hazelcast's.
   *
   * @return the view
   */
  static MemberView alone() {
    return new MemberView() {
      @Override
      public Members members() {
        return Members.none();
      }

      @Override
      public Members await(long version, Duration limit) {
        return Members.none();
      }
    };
  }
}

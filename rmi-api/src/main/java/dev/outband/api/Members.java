package dev.outband.api;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The server processes of a cluster, as one of them sees it.
 *
 * @param version changes whenever a member comes, goes, moves or exports something else, not when
 *     only loads change; says something to the server that answered with it and to no other
 * @param list the members in the order of their principals, the answering one included; empty if
 *     the server is in no cluster
 */
public record Members(long version, List<Member> list) implements Serializable {

  /** The most members that are listed: {@value}. */
  public static final int MAX = 1024;

  /** What to wait from if no version is known: every server answers at once. */
  public static final long NO_VERSION = -1;

  private static final long serialVersionUID = 1L;

  /**
   * Checks the bounds, also when the list arrives from another process.
   *
   * @throws IllegalArgumentException if the version is negative or there are more than {@value
   *     #MAX} members
   */
  public Members {
    Checks.between("members version", version, 0, Long.MAX_VALUE);
    list = List.copyOf(list);
    Checks.between("members", list.size(), 0, MAX);
  }

  /**
   * What a server in no cluster answers: none.
   *
   * @return no members
   */
  public static Members none() {
    return new Members(0, List.of());
  }

  /**
   * Whether nothing but loads differs between the two lists.
   *
   * @param other the other list
   * @return true if the same processes are at the same places with the same services
   */
  public boolean hasTheSameAs(List<Member> other) {
    Map<String, Member> byPrincipal = new HashMap<>();
    list.forEach(member -> byPrincipal.put(member.principal(), member));
    return list.size() == other.size()
        && other.stream()
            .allMatch(
                member -> {
                  Member known = byPrincipal.get(member.principal());
                  return known != null && known.isAs(member);
                });
  }
}

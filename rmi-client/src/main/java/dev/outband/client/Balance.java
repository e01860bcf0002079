package dev.outband.client;

/** Which of several servers a client asks. */
public enum Balance {
  /**
   * The less busy one of two that are picked at random, anew for every call, among all members of
   * the cluster. The servers must be able to stand in for each other at any time. The default.
   */
  LEAST_LOADED,
  /**
   * The first one of those given to the builder that is up, in their order; another member of the
   * cluster only if none of them is.
   */
  GIVEN_ORDER
}

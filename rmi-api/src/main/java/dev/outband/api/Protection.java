package dev.outband.api;

/**
 * What protects the bytes of a transfer, weakest first, so that {@code compareTo} compares
 * strength.
 *
 * <p>The levels are SASL's auth, auth-int and auth-conf, and DCE RPC's CONNECT, PKT_INTEGRITY and
 * PKT_PRIVACY. A level in a ticket is a floor: a transfer may be better protected than asked for,
 * never worse.
 */
public enum Protection {
  /** Both ends are proven when the connection opens; the bytes themselves travel in clear. */
  AUTHENTICATION,
  /** No byte can be changed, dropped, added, repeated or reordered unnoticed. */
  INTEGRITY,
  /** As {@link #INTEGRITY}, and nobody between the two ends can read the bytes. The default. */
  PRIVACY
}

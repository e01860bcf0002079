package dev.outband.client;

import dev.outband.security.Pin;
import java.net.InetAddress;
import java.util.Optional;

/**
 * What a client was told of a server that it is about to dial.
 *
 * @param pin whom to meet there; empty if no member list says so
 * @param listedBy where the server is whose member list alone names the address; empty if the user
 *     gave it, and then it is dialed wherever it is
 */
record Lead(Optional<Pin> pin, Optional<InetAddress> listedBy) {

  /** To an address that the user gave and of which no more is known. */
  static Lead given() {
    return new Lead(Optional.empty(), Optional.empty());
  }
}

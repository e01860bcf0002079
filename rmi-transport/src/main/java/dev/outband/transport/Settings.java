package dev.outband.transport;

import dev.outband.api.Endpoint;
import dev.outband.api.Protection;
import dev.outband.security.EndpointPolicy;
import java.net.InetSocketAddress;
import java.util.List;

/** What a data plane was built with; the builder has checked the bounds. */
record Settings(
    String name,
    InetSocketAddress bind,
    List<Endpoint> advertise,
    EndpointPolicy endpointPolicy,
    Protection floor,
    Deadlines deadlines,
    int maxReceptions,
    int maxUnproven,
    int maxWarm,
    int maxWarmForAddress,
    int segmentBytes,
    int inbandBytes,
    int streams,
    boolean nativeAes) {

  /**
   * How long things may take.
   *
   * @param helloNs an accepted connection says nothing at all, while many are unproven
   * @param openNs a challenged dialer does not answer, while many are unproven
   * @param openingNs a dialer waits, from the first byte of a data connection until both ends are
   *     proven
   * @param idleNs no byte moved either way
   * @param receiptNs from the last segment to the receipt, while the receiver forces its sink
   * @param ticketNs a stub waits to be opened
   * @param reopenNs a transfer may be without a connection
   * @param wholeNs a transfer in all
   * @param warmNs a connection that was dialed waits for the next transmission; 0 keeps none
   * @param lingerNs an ending connection waits for the other end to take the last word
   */
  record Deadlines(
      long helloNs,
      long openNs,
      long openingNs,
      long idleNs,
      long receiptNs,
      long ticketNs,
      long reopenNs,
      long wholeNs,
      long warmNs,
      long lingerNs) {

    /**
     * How long a connection that was accepted waits for the next transfer: longer than a dialer
     * with the same settings, so that it seldom ends just when it is to be used again.
     */
    long warmListenerNs() {
      return warmNs + warmNs / 2;
    }
  }
}

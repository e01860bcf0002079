/**
 * What a client application uses: start at {@link dev.outband.client.OutbandClient#builder()}, look
 * up a remote object by name, and receive from it or transmit to it.
 */
package dev.outband.client;

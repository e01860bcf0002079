/**
 * What a server application uses: start at {@link dev.outband.server.OutbandServer#builder()},
 * export an implementation of a remote interface of yours, and hand it the server's transmitter and
 * receptions.
 */
package dev.outband.server;

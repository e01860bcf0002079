/**
 * Moves bytes beside RMI: the data port, the dialer, and the sources and sinks of a transfer.
 *
 * <p>Start at {@link dev.outband.transport.DataPlane}, one of which a process has; most programs
 * meet it through the server's and the client's façade.
 */
package dev.outband.transport;

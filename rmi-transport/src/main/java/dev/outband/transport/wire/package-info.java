/**
 * The bytes of a data connection: opening, segments, receipt. No I/O, no threads, no clock.
 *
 * <p>The format is written down in {@code docs/wire-format.md}; start at {@link
 * dev.outband.transport.wire.DialerOpening} and {@link dev.outband.transport.wire.ListenerOpening}.
 * For the use of Outband's own modules.
 */
package dev.outband.transport.wire;

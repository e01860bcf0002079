package dev.outband.transport.wire;

/**
 * A data connection whose two ends are proven and agree.
 *
 * @param request what the dialer asked for
 * @param acceptance what the listener answered
 * @param keys the keys of the transfer
 */
public record Opened(OpenRequest request, Acceptance acceptance, TransferKeys keys) {}

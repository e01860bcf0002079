/**
 * What a test of an Outband application needs: a network that misbehaves on command, a check that
 * nothing is left behind, and a trust domain to throw away.
 *
 * <p>Start at {@link dev.outband.testkit.ChaosProxy}: put it between a dialer and a data port, and
 * tell it what to do to the next connection.
 */
package dev.outband.testkit;

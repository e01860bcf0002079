/**
 * What a test of an Outband application needs: servers and clients in its own JVM, a network that
 * misbehaves on command, JVMs to kill, and a check that nothing is left behind.
 *
 * <p>Start at {@link dev.outband.testkit.OutbandCluster}: put it on a JUnit 5 test and take a
 * {@link dev.outband.testkit.TestCluster} as a parameter.
 */
package dev.outband.testkit;

/**
 * Who a process is, whom it believes, and how its RMI calls travel: identities, TLS, socket
 * factories, the caller of a call, serial filters and endpoint policies.
 *
 * <p>Start at {@link dev.outband.security.Identity}: everything else here works under one, and
 * several may live in one JVM.
 */
package dev.outband.security;

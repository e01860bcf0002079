package dev.outband.client;

import java.util.Optional;

/**
 * The servers of a connected client.
 *
 * @param pool all of them
 * @param watch what keeps the pool's list of members fresh, if there is one to keep
 * @param standing what ends what the client has with a server whose certificate is not good any
 *     more
 * @param keepAlive what keeps the connections to those that were called lately
 * @param first the one that answered first, as its user gave it
 */
record KnownServers(
    ServerPool pool,
    Optional<MemberWatch> watch,
    StandingWatch standing,
    KeepAlive keepAlive,
    String first) {}

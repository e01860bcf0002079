package dev.outband.server;

import dev.outband.security.ControlPort;
import dev.outband.transport.DataPlane;

/** Where a server is reached: for calls, for bytes, and by the other members, if it is one. */
record Ports(ControlPort control, DataPlane data, ClusterPart cluster) {}

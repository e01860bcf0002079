package dev.outband.transport;
final class DiscardSink extends Sink { }

package dev.outband.transport;
final class FileSink extends Sink { FileSink(FileDestination d) {} }

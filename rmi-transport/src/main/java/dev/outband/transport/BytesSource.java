package dev.outband.transport;
final class BytesSource extends Source { BytesSource(byte[] b) {} }

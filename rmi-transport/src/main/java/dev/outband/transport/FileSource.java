package dev.outband.transport;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
final class FileSource extends Source { FileSource(Path p) {} FileSource(FileChannel c) {} }

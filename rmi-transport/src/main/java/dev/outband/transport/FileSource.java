package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.io.IOUtils;

/** Reads a regular file; into direct buffers, because for an array the JDK would copy once more. */
final class FileSource extends Source {

  private final Path path;
  private FileChannel channel;
  private long length;
  private String contentTag = "";

  FileSource(Path path) {
    this.path = path;
  }

  FileSource(FileChannel channel) {
    this.path = null;
    this.channel = channel;
  }

  @Override
  void open(BlockingThreads threads) throws TransferException {
    try {
      if (path != null) {
        openPath();
      }
      length = channel.size();
    } catch (NoSuchFileException e) {
      throw new TransferException(Code.NOT_FOUND, "no such file", e);
    } catch (AccessDeniedException e) {
      throw new TransferException(Code.FORBIDDEN, "no permission to read the file", e);
    } catch (IOException e) {
      throw new TransferException(Code.SOURCE_FAILED, "the file cannot be opened", e);
    }
  }

  private void openPath() throws IOException, TransferException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new TransferException(Code.INVALID, "not a regular file");
    }
    channel = FileChannel.open(path, StandardOpenOption.READ);
    contentTag = tag(attributes);
  }

  private static String tag(BasicFileAttributes attributes) {
    String identity =
        attributes.size()
            + "|"
            + attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  long length() {
    return length;
  }

  @Override
  String contentTag() {
    return contentTag;
  }

  @Override
  int read(long position, ByteBuffer into) throws IOException {
    int count = 0;
    while (into.hasRemaining()) {
      int part = channel.read(into, position + count);
      if (part < 0) {
        throw new EOFException("the file ended at byte " + (position + count) + " of " + length);
      }
      count += part;
    }
    return count;
  }

  @Override
  void close() {
    IOUtils.closeQuietly(channel);
  }
}

package dev.outband.transport;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.commons.io.IOUtils;

/** Reads a regular file; into direct buffers, because for an array the JDK would copy once more. */
final class FileSource extends Source {

  private final Path path;
  private FileChannel channel;
  private long length;
  private String contentTag;

  /** With an empty tag, what the file system says of the file becomes its tag. */
  FileSource(Path path, String contentTag) {
    this.path = path;
    this.contentTag = contentTag;
  }

  FileSource(FileChannel channel, String contentTag) {
    this.path = null;
    this.channel = channel;
    this.contentTag = contentTag;
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
    BasicFileAttributes before = Files.readAttributes(path, BasicFileAttributes.class);
    if (!before.isRegularFile()) {
      throw new TransferException(Code.INVALID, "not a regular file");
    }
    channel = FileChannel.open(path, StandardOpenOption.READ);
    if (contentTag.isEmpty()) {
      FileStamp after = FileStamp.of(path);
      // Else the name stood for another file in between, and it may be that one that is open.
      if (after.fileKey() != null && after.fileKey().equals(before.fileKey())) {
        contentTag = after.contentTag();
      }
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
  public void close() {
    IOUtils.closeQuietly(channel);
  }
}

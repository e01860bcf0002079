package dev.outband.cli.files;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import dev.outband.transport.Reception;
import dev.outband.transport.Receptions;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.StripedReception;
import dev.outband.transport.Transfer;
import dev.outband.transport.Transmission;
import dev.outband.transport.Transmitter;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the files below one folder, and logs one line a transfer. Safe for use by several threads.
 */
public final class FileServer implements FileService, AutoCloseable {

  /** What the clients of a {@link FileServer} may do. */
  public enum Access {
    /** List and get. */
    READ_ONLY,
    /** List, get and put. */
    WRITABLE
  }

  /** How a {@link FileServer} names the content of a file, for a get to be resumed. */
  public enum ContentTags {
    /** By what the file system says of the file: at once, and good on this server alone. */
    STAMP,
    /**
     * By SHA-256: equal on every server that has an equal file. It is computed once for a file; the
     * call that asks first waits, at most 10 s, and if that is not enough has a stamp.
     */
    SHA256
  }

  /**
   * What clients find.
   *
   * @param access what they may do
   * @param contentTags how contents are named
   */
  public record Terms(Access access, ContentTags contentTags) {

    /** Checks that nothing is missing. */
    public Terms {
      Objects.requireNonNull(access, "access");
      Objects.requireNonNull(contentTags, "contentTags");
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(FileServer.class);

  private final FileRoot root;
  private final Terms terms;
  private final ContentDigests digests = new ContentDigests();
  private final Transmitter transmitter;
  private final Receptions receptions;
  private final Supplier<String> caller;

  /**
   * Opens the folder.
   *
   * @param folder the root, which no path leaves
   * @param terms what clients may do, and how contents are named
   * @param transmitter sends the files that clients get; asked on the threads of their calls
   * @param receptions takes the files that clients put
   * @param caller names the principal of the running call, for the log
   * @throws NotDirectoryException if it is no folder
   * @throws IOException if it cannot be opened, or the system cannot open files relative to an open
   *     folder
   */
  public FileServer(
      Path folder,
      Terms terms,
      Transmitter transmitter,
      Receptions receptions,
      Supplier<String> caller)
      throws IOException {
    this.terms = Objects.requireNonNull(terms, "terms");
    this.transmitter = Objects.requireNonNull(transmitter, "transmitter");
    this.receptions = Objects.requireNonNull(receptions, "receptions");
    this.caller = Objects.requireNonNull(caller, "caller");
    this.root = FileRoot.open(folder);
  }

  @Override
  public Confirmation get(String path, ReceptionObject reception) throws TransferException {
    String principal = caller.get();
    try {
      Transmission transmission = transmitter.start(source(path), reception);
      logEnd("sent", path, principal, transmission);
      return transmission.confirmation();
    } catch (TransferException e) {
      throw logged("get", path, principal, e);
    }
  }

  private Source source(String path) throws TransferException {
    FileRoot.Opened file = root.read(path);
    String tag =
        terms.contentTags() == ContentTags.SHA256
            ? digests.tag(file.contentTag(), () -> root.read(path))
            : file.contentTag();
    return tag.isEmpty() ? Source.file(file.channel()) : Source.file(file.channel(), tag);
  }

  @Override
  public ReceptionObject put(String path, long bytes) throws TransferException {
    String principal = caller.get();
    try {
      Reception reception = receptions.open(sink(path, bytes), bytes);
      logEnd("stored", path, principal, reception.transfer());
      return reception.stub();
    } catch (TransferException e) {
      throw logged("put", path, principal, e);
    }
  }

  @Override
  public List<ReceptionStub> put(String path, long bytes, int streams) throws TransferException {
    String principal = caller.get();
    try {
      if (streams < 1 || streams > Ticket.MAX_STREAMS) {
        throw new TransferException(
            Code.INVALID, "streams must be 1.." + Ticket.MAX_STREAMS + ", not " + streams);
      }
      StripedReception reception = receptions.openStriped(sink(path, bytes), bytes, streams);
      logEnd("stored", path, principal, reception.transfer());
      return reception.stubs();
    } catch (TransferException e) {
      throw logged("put", path, principal, e);
    }
  }

  private Sink sink(String path, long bytes) throws TransferException {
    if (terms.access() == Access.READ_ONLY) {
      throw new TransferException(Code.FORBIDDEN, "the server is read-only, path=" + path);
    }
    if (bytes < 0) {
      throw new TransferException(
          Code.INVALID, "bytes must be 0.." + Long.MAX_VALUE + ", not " + bytes);
    }
    return Sink.file(root.destination(path));
  }

  @Override
  public FileEntry[] list(String path, String after) throws TransferException {
    try {
      return root.list(path, after);
    } catch (TransferException e) {
      throw logged("list", path, caller.get(), e);
    }
  }

  /** Closes the root. Running transfers go on; further calls fail. */
  @Override
  public void close() throws IOException {
    digests.close();
    root.close();
  }

  private static TransferException logged(
      String call, String path, String principal, TransferException refusal) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "refused {}, path={}, caller={}, why={}",
          call,
          printable(path),
          principal,
          refusal.toString());
    }
    return refusal;
  }

  private static void logEnd(String done, String path, String principal, Transfer transfer) {
    transfer
        .receipt()
        .whenComplete(
            (receipt, failure) -> {
              if (failure == null) {
                logReceipt(done, path, principal, receipt);
              } else {
                Throwable why =
                    failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                LOG.warn(
                    "not {}, path={}, bytes={}, caller={}, why={}, transfer={}",
                    done,
                    printable(path),
                    transfer.bytes(),
                    principal,
                    why.toString(),
                    transfer.id());
              }
            });
  }

  private static void logReceipt(String done, String path, String principal, Receipt receipt) {
    LOG.info(
        "{} path={}, bytes={}, MB/s={}, caller={}, transfer={}",
        done,
        printable(path),
        receipt.bytes(),
        Math.round(receipt.bytesPerSecond() / 1e6),
        principal,
        receipt.transferId());
  }

  /** So that a path from outside cannot break or forge a line of the log. */
  private static String printable(String path) {
    return path.codePoints()
        .limit(FileEntry.MAX_NAME_CHARS)
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}

package dev.outband.cli.files;

import dev.outband.api.Confirmation;
import dev.outband.api.Idempotent;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.List;

/**
 * Files of one folder of a server, its root, to list, to get and to put.
 *
 * <p>A path is relative to the root, its names are separated by {@code /}, and it has at most
 * {@value #MAX_PATH_CHARS} characters. It never leaves the root: {@code ..}, {@code .}, an empty
 * name, an absolute path and a NUL are {@link dev.outband.api.Code#INVALID}; a symbolic link is
 * {@link dev.outband.api.Code#FORBIDDEN}, also as one of the folders on the way. Devices, pipes and
 * sockets are never opened.
 */
public interface FileService extends Remote {

  /** The name under which a server exports it: {@value}. */
  String NAME = "files";

  /** The longest path: {@value} characters. */
  int MAX_PATH_CHARS = 4096;

  /** The most entries that one call of {@link #list} answers with: {@value}. */
  int MAX_LISTED = 1000;

  /**
   * Sends a file.
   *
   * @param path a regular file
   * @param reception where to send it
   * @return the confirmation: the bytes follow
   * @throws RemoteException if the call fails
   * @throws TransferException {@code NOT_FOUND}, {@code INVALID} or {@code FORBIDDEN} for the path,
   *     or why the data connection could not be opened
   */
  Confirmation get(String path, ReceptionObject reception)
      throws RemoteException, TransferException;

  /**
   * Takes a file. It is there under its name, and replaces one of that name, when the transfer has
   * its receipt.
   *
   * @param path the file's name in a folder that exists
   * @param bytes how long the file is, 0 or more; the server cuts off what is longer
   * @return the reception to transmit into
   * @throws RemoteException if the call fails
   * @throws TransferException {@code NOT_FOUND} for a missing folder, {@code INVALID} for the path
   *     or the length, {@code FORBIDDEN} if the server is read-only
   */
  ReceptionObject put(String path, long bytes) throws RemoteException, TransferException;

  /**
   * Takes a file over several streams, a stripe of it over each; for the rest as {@link
   * #put(String, long)}.
   *
   * @param path the file's name in a folder that exists
   * @param bytes how long the file is, 0 or more; the server cuts off what is longer
   * @param streams how many, 1 to {@value dev.outband.api.Ticket#MAX_STREAMS}
   * @return the receptions to transmit into, in the order of the streams
   * @throws RemoteException if the call fails
   * @throws TransferException {@code NOT_FOUND} for a missing folder, {@code INVALID} for the path,
   *     the length or the number of streams, {@code FORBIDDEN} if the server is read-only
   */
  List<ReceptionStub> put(String path, long bytes, int streams)
      throws RemoteException, TransferException;

  /**
   * Lists a folder: its folders and regular files in the order of their names, a page a call. Ask
   * for the next page with the last name of the page before, until a page is empty.
   *
   * @param path a folder, empty for the root; or a file, which is then the only entry
   * @param after list the names that come after this one; empty for the first page
   * @return at most {@value #MAX_LISTED} entries; none when there are no more
   * @throws RemoteException if the call fails
   * @throws TransferException {@code NOT_FOUND}, {@code INVALID} or {@code FORBIDDEN} for the path
   */
  @Idempotent
  FileEntry[] list(String path, String after) throws RemoteException, TransferException;
}

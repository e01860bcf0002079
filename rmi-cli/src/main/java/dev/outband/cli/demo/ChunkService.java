package dev.outband.cli.demo;

import java.rmi.Remote;
import java.rmi.RemoteException;

/**
 * What Outband is compared with: files in chunks, each the result of a call. Also tells how much
 * heap the server needs.
 */
public interface ChunkService extends Remote {

  /** The name under which the demonstration's server exports it: {@value}. */
  String NAME = "chunks";

  /** The most bytes of one chunk: {@value}, 1 MiB. */
  int MAX_CHUNK_BYTES = 1 << 20;

  /**
   * Reads a chunk.
   *
   * @param name a file in the server's folder
   * @param offset where it starts, 0 or more
   * @param maxBytes 1 to {@value #MAX_CHUNK_BYTES}
   * @return the bytes; fewer than asked for only at the end of the file, none after it
   * @throws RemoteException if the call fails, the file cannot be read, or an argument is out of
   *     its bounds
   */
  byte[] read(String name, long offset, int maxBytes) throws RemoteException;

  /**
   * Forgets the peak so far.
   *
   * @throws RemoteException if the call fails
   */
  void resetHeapPeak() throws RemoteException;

  /**
   * The most heap that the server's JVM used since {@link #resetHeapPeak}.
   *
   * @return bytes
   * @throws RemoteException if the call fails
   */
  long heapPeakBytes() throws RemoteException;
}

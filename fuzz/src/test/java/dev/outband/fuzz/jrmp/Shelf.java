package dev.outband.fuzz.jrmp;

import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.List;

/** What the server under attack exports: parameters of each kind. */
interface Shelf extends Remote {
  /** Gives back what it is given. */
  String echo(String text) throws RemoteException;

  /** Takes much and keeps nothing. */
  int put(List<Duration> times, long[] numbers, String[] names, Object anything)
      throws RemoteException;

  /** As above, with a number that lies in the call's own block. */
  int count(int number, Duration time) throws RemoteException;

  /** An implementation without any state. */
  final class Bare implements Shelf {
    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public int put(List<Duration> times, long[] numbers, String[] names, Object anything) {
      return names == null ? 0 : names.length;
    }

    @Override
    public int count(int number, Duration time) {
      return number;
    }
  }
}

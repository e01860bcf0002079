package dev.outband.server;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import java.io.FileNotFoundException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.List;

/** A remote interface as an application writes it. */
interface Archive extends Remote {
  Confirmation fetch(String name, ReceptionObject reception)
      throws RemoteException, TransferException;

  ReceptionObject store(String name, long bytes) throws RemoteException, TransferException;

  String whoCalls() throws RemoteException;

  List<String> list(String folder) throws RemoteException, FileNotFoundException;

  void fail(String how) throws RemoteException, TransferException;

  void failPlain() throws RemoteException;

  Object anything() throws RemoteException;
}

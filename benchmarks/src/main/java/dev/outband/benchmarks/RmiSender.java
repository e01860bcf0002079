package dev.outband.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.rmi.Remote;
import java.rmi.server.RemoteObject;
import java.rmi.server.UnicastRemoteObject;
import java.util.Base64;

/** An exported object, whose stub is the address: no registry is needed. */
final class RmiSender implements Contender.SendingEnd {
  private final Remote object;
  private final String address;

  private RmiSender(Remote object, String address) {
    this.object = object;
    this.address = address;
  }

  /**
   * Makes the object's stub an address.
   *
   * @param object exported; unexported with this end
   */
  static RmiSender of(Remote object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(RemoteObject.toStub(object));
    }
    return new RmiSender(object, Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }

  /** The stub that an address is. */
  static <T extends Remote> T stub(String address, Class<T> type)
      throws IOException, ClassNotFoundException {
    byte[] bytes = Base64.getDecoder().decode(address);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    }
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void close() throws IOException {
    UnicastRemoteObject.unexportObject(object, true);
  }
}

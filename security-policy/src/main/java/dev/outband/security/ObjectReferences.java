package dev.outband.security;

import dev.outband.api.ObjectReference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.lang.reflect.Proxy;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.rmi.server.RemoteObject;
import java.rmi.server.RemoteObjectInvocationHandler;
import java.rmi.server.RemoteRef;
import java.util.HexFormat;

/**
 * Turns exported objects into references and references into stubs, so that no stub ever crosses
 * the wire.
 *
 * <p>The JDK writes a stub as its address, its socket factory and the object's identifier. Here
 * only the identifier travels; the client adds the rest from what it dialed itself. That needs
 * nothing but public methods: a {@link RemoteRef} is {@link java.io.Externalizable}, and these
 * streams hand it what it asks for.
 */
public final class ObjectReferences {
  /** How a reference says that a client socket factory follows. */
  private static final int WITH_FACTORY = 1;

  private ObjectReferences() {}

  /**
   * Refers to an exported object.
   *
   * @param exported the object itself, exported in this JVM
   * @return its reference
   * @throws NoSuchObjectException if it is not exported
   */
  public static ObjectReference of(Remote exported) throws NoSuchObjectException {
    Remote stub = RemoteObject.toStub(exported);
    RemoteRef ref = ((RemoteObjectInvocationHandler) Proxy.getInvocationHandler(stub)).getRef();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ReferenceOutput out = new ReferenceOutput(bytes)) {
      ref.writeExternal(out);
    } catch (IOException e) {
      throw new IllegalStateException("this JDK writes references in an unknown form", e);
    }
    // Last comes a boolean that has a meaning in results alone, before it the identifier.
    int end = bytes.size() - 1;
    return new ObjectReference(
        HexFormat.of().formatHex(bytes.toByteArray(), end - ObjectReference.BYTES, end));
  }

  /**
   * Makes a stub. Its calls go where the factory dials, and only inside a {@link CallScope}.
   *
   * <p>RMI's garbage collector asks the server for a lease meanwhile, once and in vain, so call
   * this in a scope of {@link SerialFilters#nothing()} and expect it to block as a call does.
   *
   * @param reference what the server's directory answered
   * @param type the remote interface
   * @param factory the way to that server
   * @return the stub
   */
  public static <T extends Remote> T bind(
      ObjectReference reference, Class<T> type, ControlSocketFactory factory) {
    try {
      Remote registry = LocateRegistry.getRegistry(factory.host(), factory.port(), factory);
      RemoteRef ref = ((RemoteObject) registry).getRef();
      try (ReferenceInput in = new ReferenceInput(reference, factory)) {
        ref.readExternal(in);
      }
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              new RemoteObjectInvocationHandler(ref)));
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("this JDK reads references in an unknown form", e);
    }
  }

  private static final class ReferenceOutput extends DataOutputStream implements ObjectOutput {
    ReferenceOutput(ByteArrayOutputStream bytes) {
      super(bytes);
    }

    /** The socket factory, which stays here. */
    @Override
    public void writeObject(Object factory) {}
  }

  private static final class ReferenceInput extends DataInputStream implements ObjectInput {
    private final ControlSocketFactory factory;

    ReferenceInput(ObjectReference reference, ControlSocketFactory factory) throws IOException {
      super(new ByteArrayInputStream(bytes(reference, factory)));
      this.factory = factory;
    }

    @Override
    public Object readObject() {
      return factory;
    }

    private static byte[] bytes(ObjectReference reference, ControlSocketFactory factory)
        throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeByte(WITH_FACTORY);
        out.writeUTF(factory.host());
        out.writeInt(factory.port());
        out.write(HexFormat.of().parseHex(reference.id()));
        out.writeBoolean(false);
      }
      return bytes.toByteArray();
    }
  }
}

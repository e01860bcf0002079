package dev.outband.testkit;

import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.transport.wire.DialerOpening;
import dev.outband.transport.wire.OpenRequest;
import dev.outband.transport.wire.Opened;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * One end of a data connection that a test speaks for, byte by byte. Reads give up after the bound
 * of the rig.
 */
final class RawPeer implements AutoCloseable {

  private final Socket socket;
  private final DataInputStream in;

  RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(Rig.BOUND.toMillis()));
    this.in = new DataInputStream(socket.getInputStream());
  }

  static RawPeer dial(InetSocketAddress address) throws IOException {
    return new RawPeer(new Socket(address.getAddress(), address.getPort()));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void send(byte[] bytes, int count) throws IOException {
    send(Arrays.copyOf(bytes, count));
  }

  byte[] frame() throws IOException {
    int header = in.readInt();
    byte[] frame = new byte[4 + (header & 0xffffff)];
    frame[0] = (byte) (header >>> 24);
    frame[1] = (byte) (header >>> 16);
    frame[2] = (byte) (header >>> 8);
    frame[3] = (byte) header;
    in.readFully(frame, 4, frame.length - 4);
    return frame;
  }

  /** What comes until the other end has ended or reset the connection. */
  byte[] rest() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try {
      in.transferTo(rest);
    } catch (SocketException e) {
      return rest.toByteArray();
    }
    return rest.toByteArray();
  }

  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  /**
   * Opens a reception as a dialer that holds its ticket; throws what the listener refuses it with.
   */
  Opened open(ReceptionStub stub, OpenRequest request) throws IOException, TransferException {
    DialerOpening opening = new DialerOpening(stub.ticket().secret(), new SecureRandom());
    send(opening.hello());
    byte[] challenge = frame();
    send(opening.open(challenge, challenge.length, request));
    byte[] accepted = frame();
    return opening.accepted(accepted, accepted.length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Secret;
import dev.outband.api.TransferException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * The other end of a data connection, by hand and in blocking steps, so that it can do what no
 * proper end does.
 */
final class RawPeer implements AutoCloseable {

  private static final int SEGMENT_BYTES = 65_536;
  private static final int DEADLINE_MS = 10_000;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(DEADLINE_MS);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  static RawPeer dial(InetSocketAddress dataPort) throws IOException {
    return new RawPeer(new Socket(dataPort.getAddress(), dataPort.getPort()));
  }

  void send(byte[]... frames) throws IOException {
    for (byte[] frame : frames) {
      out.write(frame);
    }
    out.flush();
  }

  void finish() throws IOException {
    socket.shutdownOutput();
  }

  /** The next frame; empty if the other end has closed without one. */
  byte[] read() throws IOException {
    byte[] header = new byte[FrameHeader.BYTES];
    try {
      in.readFully(header);
    } catch (EOFException e) {
      return new byte[0];
    }
    byte[] frame = Arrays.copyOf(header, FrameHeader.BYTES + FrameHeader.payloadBytes(header));
    in.readFully(frame, FrameHeader.BYTES, FrameHeader.payloadBytes(header));
    return frame;
  }

  /** Throws away whatever comes until the other end has closed or reset the connection. */
  void awaitEnd() {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      assertThat(e).as("how the connection ended").isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  /** Opens the connection as a dialer does. */
  Opened open(Secret secret, OpenRequest request) throws IOException, TransferException {
    DialerOpening dialer = challenged(secret, request);
    byte[] answer = read();
    return dialer.accepted(answer, answer.length);
  }

  /** Opens the connection as a dialer does and has the answer to OPEN still to come. */
  DialerOpening challenged(Secret secret, OpenRequest request)
      throws IOException, TransferException {
    DialerOpening dialer = new DialerOpening(secret, new Random(1));
    send(dialer.hello());
    byte[] challenge = read();
    send(dialer.open(challenge, challenge.length, request));
    return dialer;
  }

  /** Opens the connection as a listener does. */
  Opened listen(Secret secret) throws IOException, TransferException {
    return listen(secret, 0);
  }

  /** Opens the connection as a listener does that has the bytes up to an offset. */
  Opened listen(Secret secret, long offset) throws IOException, TransferException {
    ListenerOpening listener = requested(secret);
    ListenerOpening.Accepted accepted = listener.accept(new Acceptance(offset, SEGMENT_BYTES));
    send(accepted.frame());
    return accepted.opened();
  }

  /** Opens the connection as a listener does and has OPEN still to answer. */
  ListenerOpening requested(Secret secret) throws IOException, TransferException {
    byte[] hello = read();
    ListenerOpening listener = new ListenerOpening(secret, hello, hello.length);
    send(listener.challenge(new Random(2)));
    byte[] open = read();
    OpenRequest unused = listener.request(open, open.length);
    return listener;
  }

  static byte[] segment(SegmentSealer sealer, int bytes, boolean last) throws TransferException {
    byte[] frame = new byte[FrameHeader.BYTES + bytes + FrameHeader.TAG_BYTES];
    sealer.seal(new byte[bytes], bytes, last, frame);
    return frame;
  }

  static byte[] clear(SegmentSealer sealer, byte[] content) {
    byte[] frame = new byte[FrameHeader.BYTES + content.length + ClearSegment.CRC_BYTES];
    sealer.clear(ByteBuffer.wrap(frame).position(FrameHeader.BYTES).put(content));
    return frame;
  }

  static byte[] lastOfClear(SegmentSealer sealer) throws TransferException {
    byte[] frame = new byte[ClearSegment.LAST_BYTES];
    assertThat(sealer.lastOfClear(frame)).isEqualTo(frame.length);
    return frame;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

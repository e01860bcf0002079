package dev.outband.security;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** One full TLS handshake of two identities in memory. */
final class Shake {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int ROUNDS = 100;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final SSLEngine client;
  private final SSLEngine server;
  private final ByteBuffer toServer;
  private final ByteBuffer toClient;
  private final ByteBuffer content;

  Shake(Identity dialing, Identity accepting) {
    // Sessions are resumed by host and port, and a resumed handshake shows no certificate.
    client =
        dialing.sslContext().createSSLEngine(Domain.HOST, NUMBER.updateAndGet(Shake::nextPort));
    client.setUseClientMode(true);
    client.setSSLParameters(dialing.clientParameters());
    server = accepting.sslContext().createSSLEngine();
    server.setUseClientMode(false);
    server.setSSLParameters(accepting.serverParameters());
    dialing.sslContext().getClientSessionContext().setSessionCacheSize(1);
    SSLSession session = client.getSession();
    toServer = ByteBuffer.allocate(4 * session.getPacketBufferSize());
    toClient = ByteBuffer.allocate(4 * session.getPacketBufferSize());
    content = ByteBuffer.allocate(session.getApplicationBufferSize());
  }

  private static int nextPort(int port) {
    return port % 0xffff + 1;
  }

  void finish() throws SSLException {
    for (int round = 0; isShaking(client) || isShaking(server); round++) {
      if (round == ROUNDS) {
        throw new SSLException("the handshake does not end");
      }
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
  }

  SSLSession atClient() {
    return client.getSession();
  }

  SSLSession atServer() {
    return server.getSession();
  }

  private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    in.flip();
    boolean goesOn = true;
    while (goesOn) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> engine.wrap(NOTHING, out);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          goesOn = in.hasRemaining();
          engine.unwrap(in, content);
        }
        default -> {
          if (engine.getSession().getProtocol().equals("NONE")) {
            engine.beginHandshake();
          } else {
            goesOn = in.hasRemaining();
            if (goesOn) {
              engine.unwrap(in, content);
            }
          }
        }
      }
    }
    in.compact();
  }

  private static boolean isShaking(SSLEngine engine) {
    return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
        || engine.getSession().getProtocol().equals("NONE");
  }
}

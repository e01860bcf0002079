package dev.outband.benchmarks;

import java.net.ServerSocket;
import java.rmi.server.RMIServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/** Server sockets of the JDK's RMI, on loopback alone. */
final class RmiSockets {

  private RmiSockets() {}

  static RMIServerSocketFactory clear() {
    return port -> new ServerSocket(port, 0, Loopback.address());
  }

  /**
   * What {@code SslRMIServerSocketFactory} does with one protocol, one cipher and client
   * authentication.
   */
  static RMIServerSocketFactory secured(SSLContext tls) {
    return port -> {
      SSLServerSocket socket =
          (SSLServerSocket)
              tls.getServerSocketFactory().createServerSocket(port, 0, Loopback.address());
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3"});
      parameters.setCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384"});
      parameters.setNeedClientAuth(true);
      socket.setSSLParameters(parameters);
      return socket;
    };
  }
}

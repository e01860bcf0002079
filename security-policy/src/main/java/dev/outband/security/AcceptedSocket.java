package dev.outband.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control connection that was accepted. RMI asks for its input stream first, on the thread that
 * then serves its calls: there the handshake is made, the peer verified and told so, and the
 * thread's {@link Caller} set.
 */
// Every call is passed on; a close that took the lock could wait for another call.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class AcceptedSocket extends TlsSocket {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPort.class);

  /** TLS makes a message longer by a thirty-second at most if its records hold 1 KiB or more. */
  private static final int SHARE_OF_RECORDS = 32;

  /** And there may be short ones. */
  private static final int SLACK_BYTES = 64 << 10;

  private final Identity identity;
  private final ControlLimits limits;
  private final ConnectionCounter.Place place;
  private Thread served;

  /** Null before TLS is established and after the close. */
  private volatile CallInput input;

  AcceptedSocket(
      RawSocket raw,
      Identity identity,
      ControlLimits limits,
      Watchdog watchdog,
      ConnectionCounter.Place place) {
    super(raw, watchdog);
    this.identity = identity;
    this.limits = limits;
    this.place = place;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    if (!isEstablished()) {
      open();
    }
    CallInput current = input;
    return current == null ? streams().input() : current;
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return streams().output();
  }

  /** Ignored: RMI would let a silent peer stay for two hours. */
  @Override
  public void setSoTimeout(int timeoutMs) {}

  /**
   * Ends the thread's remote calls, too, if it is the connection's own; and hears the peer out
   * first if that is in the midst of a call, so that the answer to it is not lost.
   */
  @Override
  public void close() throws IOException {
    CallInput current = input;
    input = null;
    if (Thread.currentThread() == served) {
      served = null;
      Caller.leave();
      CallInput.serve(null);
      RmiMessage.forgetBegun();
      if (current != null && current.isUnread()) {
        hearOut(current);
      }
    }
    place.close();
    super.close();
  }

  /** The place stays taken, but not the memory. */
  private void hearOut(CallInput call) {
    place.holds(0);
    long longest = Math.min(limits.maxMessageBytes(), Long.MAX_VALUE / 2);
    hearOut(longest + longest / SHARE_OF_RECORDS + SLACK_BYTES, call.timeLeft());
  }

  private void open() throws IOException {
    watch().arm(limits.handshakeDeadline());
    SSLSocket tls = null;
    try {
      tls =
          (SSLSocket)
              identity
                  .sslContext()
                  .getSocketFactory()
                  .createSocket(raw(), (InputStream) null, false);
      tls.setSSLParameters(identity.serverParameters());
      tls.startHandshake();
      Principal principal = identity.verifyCaller(tls.getSession());
      requirePlace(tls, principal);
      tell(tls, Verdict.WELCOME);
      Caller caller = new Caller(principal, peer());
      establish(tls, limits, new CallBudget());
      input = new CallInput(streams());
      serve(caller, (X509Certificate) tls.getSession().getPeerCertificates()[0]);
      AuditLine.allow("connect").caller(caller).write();
    } catch (IOException e) {
      throw refused(tls, e);
    } finally {
      watch().disarm();
    }
  }

  private void requirePlace(SSLSocket tls, Principal principal) throws SocketException {
    if (!place.proven(principal)) {
      String why =
          principal + " has " + limits.connections().perPrincipal() + " connections already";
      AuditLine.deny("connect").caller(new Caller(principal, peer())).reason(why).write();
      tellQuietly(tls, Verdict.BUSY);
      throw new SocketException(why);
    }
  }

  private final class CallBudget implements MeteredStreams.Budget {
    @Override
    public void claim(long bytes) throws IOException {
      if (!place.holds(bytes)) {
        throw MeteredStreams.exceeded(
            "bytes of calls in memory must be at most "
                + limits.callBytes().perPrincipal()
                + " of one principal and "
                + limits.callBytes().total()
                + " of all");
      }
    }
  }

  private InetSocketAddress peer() {
    return (InetSocketAddress) raw().getRemoteSocketAddress();
  }

  private void serve(Caller caller, X509Certificate certificate) {
    served = Thread.currentThread();
    Caller.enter(caller, certificate);
    CallInput.serve(input);
    LOG.debug("control connection opened, caller={}", caller);
  }

  private IOException refused(SSLSocket tls, IOException failure) {
    if (watch().isExpired()) {
      LOG.warn(
          "connection refused: no TLS handshake within {} ms, address={}",
          limits.handshakeDeadline().toMillis(),
          raw().getRemoteSocketAddress());
      return failure;
    }
    Optional<PeerRefusedException> refusal = PeerRefusedException.explain(failure);
    String principal =
        refusal.flatMap(PeerRefusedException::peer).map(Principal::toString).orElse("unknown");
    String why =
        refusal
            .map(Throwable::getMessage)
            .orElse(Text.quoted(String.valueOf(failure.getMessage())));
    LOG.warn(
        "connection refused: {}, principal={}, address={}",
        why,
        principal,
        raw().getRemoteSocketAddress());
    // Who has shown no certificate could fill the audit log.
    if (refusal.isPresent()) {
      AuditLine.deny("connect").caller(principal, peer()).reason(why).write();
    }
    if (tls != null && failure instanceof PeerRefusedException judged) {
      tellQuietly(tls, Verdict.of(judged.reason()));
    }
    endPolitely();
    return failure;
  }

  private static void tell(SSLSocket tls, int verdict) throws IOException {
    OutputStream out = tls.getOutputStream();
    out.write(verdict);
    out.flush();
  }

  private static void tellQuietly(SSLSocket tls, int verdict) {
    try {
      tell(tls, verdict);
      tls.shutdownOutput();
    } catch (IOException e) {
      LOG.debug("verdict {} could not be sent", verdict, e);
    }
  }
}

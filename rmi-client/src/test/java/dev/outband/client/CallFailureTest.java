package dev.outband.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import dev.outband.client.AttemptFailedException.Ran;
import dev.outband.security.CallScope;
import dev.outband.security.SerialFilters;
import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.rmi.ConnectException;
import java.rmi.ConnectIOException;
import java.rmi.MarshalException;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.ServerException;
import java.rmi.UnexpectedException;
import java.rmi.UnmarshalException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is said of a call whose connection failed, for each way in which it can, as RMI wraps it.
 */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class CallFailureTest {
  private static final String LOST =
      "h:1 files.get: connection lost before the answer, the call may have run: ";

  interface Files extends Remote {
    void get() throws RemoteException, TransferException;

    void list() throws RemoteException;
  }

  @Test
  void shouldSayThatTheServerClosedWhenTheAnswerEndsBeforeItBegins() throws Exception {
    assertLost(
        new UnmarshalException("Error unmarshaling return header", new EOFException()),
        "closed by the server");
  }

  @Test
  void shouldSayThatTheServerClosedWhenTlsWasNotEndedProperly() throws Exception {
    EOFException end = new EOFException("SSL peer shut down incorrectly");
    assertLost(
        new UnmarshalException("error unmarshalling return", new SSLException("read", end)),
        "closed by the server");
  }

  @Test
  void shouldSayThatTheConnectionWasResetWhenItWas() throws Exception {
    SocketException reset = new SocketException("Connection reset");
    assertLost(
        new UnmarshalException("Error unmarshaling return header", reset), "Connection reset");
    assertLost(
        new UnmarshalException("Error unmarshaling return header", new SSLException("x", reset)),
        "Connection reset");
  }

  @Test
  void shouldSayThatTheCallMayHaveRunWhenItsArgumentsCouldNotBeSent() throws Exception {
    assertLost(
        new MarshalException("error marshalling arguments", new SocketException("Broken pipe")),
        "Broken pipe");
  }

  @Test
  void shouldSayWhyTlsEndedWhenARecordWasDamaged() throws Exception {
    assertLost(
        new UnmarshalException("Error unmarshaling return header", new SSLException("bad mac")),
        "bad mac");
  }

  @Test
  void shouldSayUnreachableWhenTheServerWasNeverAsked() throws Exception {
    assertFailed(
        new ConnectException("refused", new java.net.ConnectException("Connection refused")),
        Code.UNREACHABLE,
        "h:1 files.get: Connection refused");
    assertFailed(
        new ConnectIOException("error during JRMP connection establishment", new EOFException()),
        Code.UNREACHABLE,
        "h:1 files.get: closed by the server");
  }

  @Test
  void shouldKeepTheCodeWhenThePolicyForbadeToDial() throws Exception {
    TransferException said = new TransferException(Code.FORBIDDEN, "endpoint x refused");
    ConnectIOException failure =
        new ConnectIOException(
            "Exception creating connection", new IOException(said.getMessage(), said));
    assertFailed(failure, Code.FORBIDDEN, "h:1 files.get: endpoint x refused");
    assertThat(ran(failure)).isEqualTo(Ran.NEVER);
    assertThat(CallFailure.unasked("h:1", failure))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.code()).isEqualTo(Code.FORBIDDEN))
        .hasMessage("h:1: endpoint x refused");
  }

  @Test
  void shouldSayTimeoutWhenTheAnswerDidNotCome() throws Exception {
    assertFailed(
        new UnmarshalException("x", new SocketTimeoutException("Read timed out")),
        Code.TIMEOUT,
        "h:1 files.get: Read timed out");
  }

  @Test
  void shouldNotSpeakOfTheConnectionWhenALimitEndedTheCall() throws Exception {
    assertFailed(
        new UnmarshalException("x", new IOException("RMI message must be 0..10 bytes, not more")),
        Code.CONNECTION_LOST,
        "h:1 files.get: RMI message must be 0..10 bytes, not more");
  }

  @Test
  void shouldThrowARemoteExceptionOfOneLineWhenTheMethodDeclaresNoOther() throws Exception {
    Exception plain = plain("list", new UnmarshalException("header", new EOFException()));
    assertThat(plain)
        .isInstanceOf(CallFailedException.class)
        .hasMessage("CONNECTION_LOST: " + LOST + "closed by the server");
  }

  @Test
  void shouldSayThatTheObjectIsGoneInOneLineWhenTheServerKnowsItNoMore() throws Exception {
    NoSuchObjectException gone = new NoSuchObjectException("no such object in table");
    String line = "h:1 files.get: the server no longer exports the object";
    assertFailed(gone, Code.NOT_FOUND, line);
    assertThat(plain("list", gone)).hasMessage("NOT_FOUND: " + line);
  }

  @Test
  void shouldThrowARemoteExceptionWhenTheServersMethodThrowsMoreThanTheClientsDeclares()
      throws Exception {
    TransferException said = new TransferException(Code.SHUTTING_DOWN, "server drains");
    UnexpectedException failure = new UnexpectedException("unexpected exception", said);
    assertThat(plain("list", failure))
        .isInstanceOf(CallFailedException.class)
        .hasMessage("SHUTTING_DOWN: server drains");
    assertThat(ran(failure)).isEqualTo(Ran.NEVER);
    UnexpectedException other = new UnexpectedException("x", new IOException("secret"));
    assertThat(plain("list", other))
        .hasMessage(
            "PROTOCOL: h:1 files.get: the object threw what its method does not declare:"
                + " java.io.IOException");
    assertThat(ran(other)).isEqualTo(Ran.ANSWERED);
  }

  @Test
  void shouldSayWhichLimitTheServerRefusedACallForWhichDidNotRun() throws Exception {
    TransferException said = new TransferException(Code.LIMIT_EXCEEDED, "at most 1");
    IOException exceeded = new IOException("at most 1", said);
    RemoteException early = new ServerException("x", new UnmarshalException("arguments", exceeded));
    assertFailed(early, Code.LIMIT_EXCEEDED, "h:1 files.get: at most 1");
    assertThat(plain("list", early))
        .isInstanceOf(CallFailedException.class)
        .hasMessage("LIMIT_EXCEEDED: h:1 files.get: at most 1");
    assertThat(ran(early)).isEqualTo(Ran.NEVER);
    InvalidClassException filtered = new InvalidClassException("filter status: REJECTED");
    filtered.initCause(new UncheckedIOException(exceeded));
    RemoteException announced =
        new ServerException("x", new UnmarshalException("arguments", filtered));
    assertFailed(announced, Code.LIMIT_EXCEEDED, "h:1 files.get: at most 1");
    assertThat(ran(announced)).isEqualTo(Ran.NEVER);
  }

  @Test
  void shouldNotTakeWhatTheObjectThrewForARefusalOfTheCall() throws Exception {
    TransferException said = new TransferException(Code.LIMIT_EXCEEDED, "at most 1");
    RemoteException another = new UnmarshalException("arguments", new IOException("x", said));
    RemoteException thrown =
        new ServerException("x", new RemoteException("it called another", another));
    assertThat(ran(thrown)).isEqualTo(Ran.ANSWERED);
    assertThat(ran(new ServerException("x", new RemoteException("y", said))))
        .isEqualTo(Ran.ANSWERED);
    assertThat(ran(another)).isEqualTo(Ran.MAYBE);
  }

  private static Ran ran(RemoteException failure) throws Exception {
    try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
      return new CallFailure("h:1 files.list", Files.class.getMethod("list")).ran(failure, scope);
    }
  }

  private static void assertLost(RemoteException failure, String reason) throws Exception {
    assertFailed(failure, Code.CONNECTION_LOST, LOST + reason);
  }

  private static void assertFailed(RemoteException failure, Code code, String message)
      throws Exception {
    assertThat(plain("get", failure))
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessage(message);
  }

  private static Exception plain(String method, RemoteException failure) throws Exception {
    try (CallScope scope = CallScope.enter(SerialFilters.nothing())) {
      return new CallFailure("h:1 files.get", Files.class.getMethod(method)).plain(failure, scope);
    }
  }
}

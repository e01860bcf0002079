package dev.outband.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outband.api.Code;
import dev.outband.api.TransferException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.rmi.ConnectException;
import java.rmi.RemoteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class FailureTest {

  @Test
  void shouldGiveEveryCodeAnExitCodeOfTheContract() {
    for (Code code : Code.values()) {
      assertThat(Failure.of(new TransferException(code, "why")).exitCode())
          .as(code.name())
          .isBetween(2, 6);
    }
    assertThat(exitCode(Code.NOT_FOUND)).isEqualTo(6);
    assertThat(exitCode(Code.FORBIDDEN)).isEqualTo(3);
    assertThat(exitCode(Code.UNREACHABLE)).isEqualTo(4);
    assertThat(exitCode(Code.CORRUPT)).isEqualTo(5);
    assertThat(exitCode(Code.TRUNCATED)).isEqualTo(5);
    assertThat(exitCode(Code.NO_SPACE)).isEqualTo(5);
    assertThat(exitCode(Code.INVALID)).isEqualTo(2);
  }

  @Test
  void shouldNameFileAndReasonWhenFileSystemRefuses() {
    assertThat(Failure.of(new NoSuchFileException("a")))
        .isEqualTo(new Failure(5, "no such file: a"));
    assertThat(Failure.of(new AccessDeniedException("a")))
        .isEqualTo(new Failure(5, "no permission: a"));
    assertThat(Failure.of(new FileSystemException("a", null, "No space left on device")))
        .isEqualTo(new Failure(5, "a: No space left on device"));
  }

  @Test
  void shouldTellUnreachableFromFailedWhenCallFails() {
    RemoteException refused =
        new ConnectException("no route", new java.net.ConnectException("Connection refused"));
    assertThat(Failure.of(refused).exitCode()).isEqualTo(4);
    assertThat(Failure.of(new RemoteException("odd", new IOException("cut"))).exitCode())
        .isEqualTo(5);
    assertThat(Failure.of(new IllegalStateException("odd")).exitCode()).isEqualTo(5);
    assertThat(Failure.of(new IllegalStateException("odd")).line()).startsWith("internal error: ");
  }

  private static int exitCode(Code code) {
    return Failure.of(new TransferException(code, "why")).exitCode();
  }
}

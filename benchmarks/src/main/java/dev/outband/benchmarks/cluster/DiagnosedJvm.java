package dev.outband.benchmarks.cluster;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A JVM that is asked what {@code jcmd} asks, on its own socket for that, without a further JVM for
 * each question: on a busy machine the start of one takes seconds.
 */
final class DiagnosedJvm {

  private final long pid;
  private final UnixDomainSocketAddress door;

  private DiagnosedJvm(long pid) {
    this.pid = pid;
    this.door = UnixDomainSocketAddress.of("/tmp/.java_pid" + pid);
  }

  /** Has {@code jcmd} ask once, which makes the JVM open the socket. */
  static DiagnosedJvm of(long pid) throws IOException, InterruptedException {
    Path jcmd =
        Path.of(ProcessHandle.current().info().command().orElse("java")).resolveSibling("jcmd");
    Process first =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "VM.version")
            .redirectErrorStream(true)
            .start();
    String said = new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (first.waitFor() != 0) {
      throw new IOException("the JVM cannot be asked, jcmd said: " + said);
    }
    return new DiagnosedJvm(pid);
  }

  long pid() {
    return pid;
  }

  /** The lines of the answer. */
  List<String> ask(String command) throws IOException {
    try (SocketChannel channel = SocketChannel.open(door)) {
      // Version 1, the name of the operation, three arguments, each ended by a zero.
      String question = "1\0jcmd\0" + command + "\0\0\0";
      ByteBuffer bytes = ByteBuffer.wrap(question.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      byte[] answer = Channels.newInputStream(channel).readAllBytes();
      List<String> lines = new String(answer, StandardCharsets.UTF_8).lines().toList();
      if (lines.isEmpty() || !lines.get(0).equals("0")) {
        throw new IOException(command + " failed: " + lines);
      }
      return lines.subList(1, lines.size());
    }
  }
}

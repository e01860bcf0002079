package dev.outband.server;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.security.Caller;
import dev.outband.transport.BytesSink;
import dev.outband.transport.Reception;
import dev.outband.transport.Receptions;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.Transfer;
import dev.outband.transport.Transmitter;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps objects in memory. */
final class ArchiveService implements Archive {
  final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  final Map<String, byte[]> streams = new ConcurrentHashMap<>();
  final Map<String, BytesSink> stored = new ConcurrentHashMap<>();
  final Map<String, Transfer> storing = new ConcurrentHashMap<>();
  volatile Object anything = "text";

  private final Transmitter transmitter;
  private final Receptions receptions;

  ArchiveService(Transmitter transmitter, Receptions receptions) {
    this.transmitter = transmitter;
    this.receptions = receptions;
  }

  @Override
  public Confirmation fetch(String name, ReceptionObject reception) throws TransferException {
    if (streams.containsKey(name)) {
      return transmitter.transmit(
          Source.stream(new ByteArrayInputStream(streams.get(name))), reception);
    }
    byte[] bytes = objects.get(name);
    if (bytes == null) {
      throw new TransferException(Code.NOT_FOUND, "no such object: " + name);
    }
    return transmitter.transmit(Source.bytes(bytes), reception);
  }

  @Override
  public ReceptionObject store(String name, long bytes) throws TransferException {
    BytesSink sink = Sink.bytes(Math.toIntExact(bytes));
    stored.put(name, sink);
    Reception reception = receptions.open(sink, bytes);
    storing.put(name, reception.transfer());
    return reception.stub();
  }

  /** As a server does of its own accord, on a thread that serves no call. */
  Reception storeUnasked() throws TransferException {
    return receptions.open(Sink.discard());
  }

  @Override
  public String whoCalls() {
    return Caller.current().principal().toString();
  }

  @Override
  public List<String> list(String folder) throws FileNotFoundException {
    if (folder.isEmpty()) {
      throw new FileNotFoundException("no folder");
    }
    return List.of(folder);
  }

  @Override
  public void fail(String how) throws TransferException {
    switch (how) {
      case "forbidden" ->
          throw new TransferException(Code.FORBIDDEN, "not yours", new IOException("secret path"));
      case "runtime" -> throw new IllegalStateException("secret detail");
      default -> throw new StackOverflowError();
    }
  }

  @Override
  public void failPlain() {
    throw new IllegalStateException("secret detail");
  }

  @Override
  public Object anything() {
    return anything;
  }
}

package dev.outband.fuzz.jrmp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.rmi.dgc.Lease;
import java.rmi.dgc.VMID;
import java.rmi.server.ObjID;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a hostile client sends, well-formed or nearly so: calls of every object with every kind of
 * argument, other operations of the protocol, and whole connections.
 */
final class Corpus {
  static final String MAGIC = "JRMI";
  static final int STREAM_PROTOCOL = 0x4b;
  static final int SINGLE_OPERATION = 0x4c;
  static final int MULTIPLEX = 0x4d;
  static final int PING = 0x52;
  static final int COLLECTED = 0x54;

  private static final long REGISTRY = 4905912898345647071L;
  private static final long COLLECTOR = -669196253586618813L;
  private static final long ECHO = CallStream.hash("echo(Ljava/lang/String;)Ljava/lang/String;");
  private static final long PUT =
      CallStream.hash("put(Ljava/util/List;[J[Ljava/lang/String;Ljava/lang/Object;)I");
  private static final long COUNT = CallStream.hash("count(ILjava/time/Duration;)I");
  private static final List<String> DIRECTORY =
      List.of(
          "lookup(Ljava/lang/String;)Ldev/outband/api/ObjectReference;",
          "names()Ljava/util/List;",
          "members()Ldev/outband/api/Members;",
          "awaitMembers(JLjava/time/Duration;)Ldev/outband/api/Members;");
  private static final long AWAIT = CallStream.hash(DIRECTORY.get(3));
  private static final CallStream.Arguments INT = out -> out.writeInt(7);
  private static final CallStream.Arguments LONG = out -> out.writeLong(7);
  private static final CallStream.Arguments NAME = out -> out.writeObject("mine");
  private static final String ACTIVATE =
      "activate(Ljava/rmi/activation/ActivationID;Z)Ljava/rmi/MarshalledObject;";

  private final List<Stream> streams = new ArrayList<>();
  private final Addresses addresses;
  private final String codebase;

  private Corpus(Addresses addresses, String codebase) {
    this.addresses = addresses;
    this.codebase = codebase;
  }

  /**
   * All of them.
   *
   * @param stubPort a port that nobody may dial, which stubs name
   * @param codebase a URL that nobody may ask, which classes are annotated with
   */
  static List<Stream> of(Addresses addresses, int stubPort, String codebase)
      throws IOException, GeneralSecurityException {
    Corpus corpus = new Corpus(addresses, codebase);
    corpus.good();
    corpus.collector();
    corpus.wrong();
    for (Map.Entry<String, Object> gadget : Gadgets.all(stubPort).entrySet()) {
      corpus.everywhere(gadget.getKey(), out -> out.writeObject(gadget.getValue()));
    }
    for (Map.Entry<String, byte[]> graph : Graphs.all().entrySet()) {
      corpus.everywhere(graph.getKey(), CallStream.Arguments.raw(graph.getValue()));
    }
    corpus.operations();
    corpus.connections();
    return List.copyOf(corpus.streams);
  }

  /** A call that gives back a text, by which to see that all before it was dealt with. */
  static byte[] echo(Addresses addresses, String text) {
    return CallStream.call(
        addresses.of(Addresses.SHELF), -1, ECHO, null, out -> out.writeObject(text));
  }

  private void call(
      String name, String object, int operation, long hash, CallStream.Arguments arguments) {
    byte[] id = addresses.of(object);
    streams.add(Stream.message(name, CallStream.call(id, operation, hash, null, arguments)));
    byte[] annotated = CallStream.call(id, operation, hash, codebase, arguments);
    if (!Arrays.equals(annotated, streams.get(streams.size() - 1).bytes())) {
      streams.add(Stream.message(name + ", annotated", annotated));
    }
  }

  private void good() {
    call("echo", Addresses.SHELF, -1, ECHO, out -> out.writeObject("hello"));
    call(
        "put",
        Addresses.SHELF,
        -1,
        PUT,
        out -> {
          out.writeObject(List.of(Duration.ofSeconds(1), Duration.ofDays(2)));
          out.writeObject(new long[] {1, 2, 3});
          out.writeObject(new String[] {"a", "b", null});
          out.writeObject("c");
        });
    call(
        "count",
        Addresses.SHELF,
        -1,
        COUNT,
        out -> {
          out.writeInt(7);
          out.writeObject(Duration.ofMillis(1));
        });
    for (String method : DIRECTORY) {
      call(
          method,
          Addresses.DIRECTORY,
          -1,
          CallStream.hash(method),
          out -> {
            if (method.startsWith("await")) {
              out.writeLong(3);
              out.writeObject(Duration.ofMillis(1));
            } else if (method.startsWith("lookup")) {
              out.writeObject(Addresses.SHELF);
            }
          });
    }
    call("list", Addresses.REGISTRY, 1, REGISTRY, out -> {});
    call("look up", Addresses.REGISTRY, 2, REGISTRY, out -> out.writeObject("outband"));
    call("look up nothing", Addresses.REGISTRY, 2, REGISTRY, out -> out.writeObject("other"));
  }

  private void collector() {
    ObjID[] ids = {new ObjID(), new ObjID(ObjID.REGISTRY_ID)};
    call(
        "dirty",
        Addresses.COLLECTOR,
        1,
        COLLECTOR,
        out -> {
          out.writeObject(ids);
          out.writeLong(1);
          out.writeObject(new Lease(new VMID(), 600_000));
        });
    call(
        "clean",
        Addresses.COLLECTOR,
        0,
        COLLECTOR,
        out -> {
          out.writeObject(ids);
          out.writeLong(2);
          out.writeObject(new VMID());
          out.writeBoolean(true);
        });
  }

  /** Wrong numbers and hashes, and what only the registry's owner may call. */
  private void wrong() {
    for (int operation : new int[] {-2, -1, 0, 3, 4, 5, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      for (String object : Addresses.all()) {
        call(object + " " + operation, object, operation, 1, out -> out.writeObject("outband"));
      }
      call("registry", Addresses.REGISTRY, operation, REGISTRY, out -> out.writeObject("outband"));
      call("collector", Addresses.COLLECTOR, operation, COLLECTOR, out -> out.writeObject("x"));
    }
    call("activate", Addresses.ACTIVATOR, -1, CallStream.hash(ACTIVATE), NAME);
    for (String method :
        List.of("unbind(Ljava/lang/String;)V", "lookup(Ljava/lang/String;)Ljava/rmi/Remote;")) {
      long hash = CallStream.hash(method);
      call(method, Addresses.REGISTRY, -1, hash, out -> out.writeObject("outband"));
    }
  }

  /** The same argument wherever one is read. */
  private void everywhere(String name, CallStream.Arguments argument) {
    CallStream.Arguments nothing = out -> out.writeObject(null);
    call("echo " + name, Addresses.SHELF, -1, ECHO, argument);
    call("put " + name, Addresses.SHELF, -1, PUT, argument);
    call(
        "put last " + name,
        Addresses.SHELF,
        -1,
        PUT,
        nothing.then(nothing).then(nothing).then(argument));
    call("count " + name, Addresses.SHELF, -1, COUNT, INT.then(argument));
    call("await " + name, Addresses.DIRECTORY, -1, AWAIT, LONG.then(argument));
    call("bind " + name, Addresses.REGISTRY, 0, REGISTRY, NAME.then(argument));
    call("dirty " + name, Addresses.COLLECTOR, 1, COLLECTOR, argument);
  }

  private void operations() {
    streams.add(Stream.message("ping", new byte[] {PING}));
    streams.add(Stream.message("pings", new byte[] {PING, PING, PING, PING}));
    byte[] collected = ByteBuffer.allocate(15).put((byte) COLLECTED).putLong(5).array();
    streams.add(Stream.message("collected", collected));
    for (int operation : new int[] {0, 0x4a, 0x4b, 0x4e, 0x4f, 0x50, 0x51, 0x53, 0x55, 0xff}) {
      streams.add(Stream.message("operation " + operation, new byte[] {(byte) operation}));
    }
  }

  private void connections() {
    byte[] good = streams.get(0).bytes();
    connection("single operation", MAGIC, 2, SINGLE_OPERATION, good);
    connection("multiplex", MAGIC, 2, MULTIPLEX, good);
    connection("unknown protocol", MAGIC, 2, 0, good);
    connection("old version", MAGIC, 1, SINGLE_OPERATION, good);
    connection("new version", MAGIC, 0x7fff, STREAM_PROTOCOL, good);
    connection("wrong magic", "JRMX", 2, STREAM_PROTOCOL, good);
    connection("tunnel", "POST", 0x202f, ' ', " HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    connection("long host", MAGIC, 2, STREAM_PROTOCOL, new byte[] {-1, -1, 'h', 'o', 's', 't'});
    connection("bad host", MAGIC, 2, STREAM_PROTOCOL, new byte[] {0, 2, -64, -64, 0, 0, 0, 0});
    connection("single ping", MAGIC, 2, SINGLE_OPERATION, new byte[] {PING, PING});
    for (Stream stream : List.copyOf(streams.subList(0, 40))) {
      connection(stream.name() + ", alone", MAGIC, 2, SINGLE_OPERATION, stream.bytes());
    }
  }

  private void connection(String name, String magic, int version, int protocol, byte[] rest) {
    byte[] start = magic.getBytes(StandardCharsets.US_ASCII);
    byte[] bytes =
        ByteBuffer.allocate(start.length + Short.BYTES + 1 + rest.length)
            .put(start)
            .putShort((short) version)
            .put((byte) protocol)
            .put(rest)
            .array();
    streams.add(Stream.connection(name, bytes));
  }
}

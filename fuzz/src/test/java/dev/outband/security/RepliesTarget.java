package dev.outband.security;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Directory;
import dev.outband.api.ObjectReference;
import dev.outband.api.Receipt;
import dev.outband.api.TransferException;
import dev.outband.fuzz.Bounds;
import dev.outband.fuzz.Input;
import dev.outband.fuzz.Script;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.lang.reflect.Method;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a server answers: a result or an exception. The first byte says to which method, the rest is
 * a serialized stream, under the allow-list of that method's replies.
 */
public final class RepliesTarget {
  private static final List<ObjectInputFilter> FILTERS =
      Stream.concat(
              Stream.of(Service.class, Directory.class)
                  .flatMap(type -> Arrays.stream(type.getMethods()))
                  .sorted(Comparator.comparing(Method::getName))
                  .map(method -> SerialFilters.replies(method, List.of())),
              Stream.of(SerialFilters.values(ObjectReference.class), SerialFilters.nothing()))
          .toList();
  private static final Bounds BOUNDS = Serialized.bounds(RepliesTarget::decode);

  private RepliesTarget() {}

  /** Answers with what Outband's values are. */
  interface Service extends Remote {
    /** Never called. */
    Confirmation aFetch(String name) throws RemoteException, TransferException;

    /** Never called. */
    List<Receipt> aList() throws RemoteException;
  }

  /** What the fuzzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    BOUNDS.check(input);
  }

  private static void decode(byte[] bytes) throws IOException, ClassNotFoundException {
    Input input = new Input(bytes);
    ObjectInputFilter filter = FILTERS.get(input.number() % FILTERS.size());
    if (Serialized.read(input.rest(), filter) instanceof TransferException failure) {
      Code unused = Objects.requireNonNull(failure.code());
    }
  }

  /** Well-formed inputs. */
  public static Map<String, byte[]> seeds() {
    Map<String, Object> replies =
        Map.of(
            "confirmation",
            Samples.confirmation(0),
            "confirmation-inband",
            Samples.confirmation(9),
            "failure",
            Samples.FAILURE,
            "receipts",
            List.of(Samples.RECEIPT),
            "members",
            Samples.MEMBERS,
            "reference",
            new ObjectReference("ab".repeat(ObjectReference.BYTES)),
            "names",
            List.of("archive", "files", "x"),
            "exception",
            new RemoteException("outer", new IllegalStateException("inner")));
    Map<String, byte[]> seeds = new HashMap<>();
    replies.forEach(
        (name, reply) ->
            seeds.put(
                name, new Script().number(accepting(reply)).rest(Serialized.write(reply)).bytes()));
    return seeds;
  }

  /** The number of a filter that lets it through. */
  private static int accepting(Object reply) {
    byte[] stream = Serialized.write(reply);
    for (int i = 0; i < FILTERS.size(); i++) {
      try {
        Object unused = Serialized.read(stream, FILTERS.get(i));
        return i;
      } catch (IOException | ClassNotFoundException e) {
        continue;
      }
    }
    throw new IllegalStateException("no filter admits " + reply);
  }
}

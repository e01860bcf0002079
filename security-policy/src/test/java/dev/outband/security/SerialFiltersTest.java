package dev.outband.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Protection;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.rmi.MarshalledObject;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class SerialFiltersTest {

  enum Color {
    RED {
      @Override
      int code() {
        return 1;
      }
    };

    abstract int code();
  }

  sealed interface Shape extends Serializable permits Circle, Square {}

  record Circle(double radius) implements Shape {}

  record Square(Color color) implements Shape {}

  record Order(String id, List<Line> lines, Map<String, Long> totals, Color[] colors)
      implements Serializable {}

  record Line(BigDecimal price, Instant at) implements Serializable {}

  static class Base implements Serializable {
    private static final long serialVersionUID = 1L;
    Circle inherited = new Circle(2);
  }

  static final class Value extends Base {
    private static final long serialVersionUID = 1L;
    final Set<UUID> ids = Set.of(new UUID(1, 2));
  }

  static final class Derived extends Base {
    private static final long serialVersionUID = 1L;
  }

  static class Gadget implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  static final class OrderException extends Exception {
    private static final long serialVersionUID = 1L;
    final Color color = Color.RED;
  }

  interface Orders extends Remote {
    Confirmation place(Order order, Shape shape, Value value, ReceptionObject reception, int count)
        throws RemoteException, OrderException, TransferException;

    void open(Object anything, Collection<?> unknown) throws RemoteException;
  }

  interface Chained extends Remote {
    void pass(Orders other) throws RemoteException;
  }

  interface Enveloped extends Remote {
    void pass(MarshalledObject<String> envelope) throws RemoteException;
  }

  @BeforeAll
  static void installBeforeTheFirstStream() {
    SerialFilters.installJvmWide();
  }

  private final ObjectInputFilter arguments = SerialFilters.arguments(Orders.class, List.of());

  @Test
  void shouldAdmitWhatTheSignaturesNameWhenItIsNested() throws Exception {
    Line line = new Line(BigDecimal.TEN, Instant.EPOCH);
    assertAdmitted(
        new Order("a", new ArrayList<>(List.of(line)), Map.of("x", 1L), new Color[] {Color.RED}));
    assertAdmitted(new Order("b", List.of(line), Map.of(), new Color[0]));
    assertAdmitted(new Circle(1));
    assertAdmitted(new Square(Color.RED));
    assertAdmitted(new Value());
  }

  @Test
  void shouldAdmitAReceptionStubWhenAReceptionObjectIsDeclared() throws Exception {
    Ticket ticket =
        new Ticket(
            UUID.randomUUID(),
            Secret.random(new SecureRandom()),
            Direction.TO_LISTENER,
            Protection.PRIVACY,
            1,
            0,
            "");
    assertAdmitted(
        new ReceptionStub(List.of(Endpoint.observed(7098), new Endpoint("h", 1)), ticket));
  }

  @Test
  void shouldAdmitBaseValuesWhenNothingNamesThem() throws Exception {
    for (Object value :
        List.of(
            "text",
            1,
            2L,
            'c',
            true,
            1.5,
            new byte[10],
            new long[0],
            new String[] {"a"},
            UUID.randomUUID(),
            Duration.ZERO,
            ZonedDateTime.now(),
            BigDecimal.ONE)) {
      assertAdmitted(value);
    }
  }

  @Test
  void shouldRefuseWhatNoSignatureNames() throws Exception {
    for (Object value :
        List.of(
            new Gadget(),
            new Gadget[1],
            new Object[] {new Gadget()},
            new HashSet<>(),
            new LinkedList<>(),
            new Derived(),
            new OrderException(),
            Gadget.class,
            new MarshalledObject<>("x"))) {
      assertThatThrownBy(() -> read(value, arguments)).isInstanceOf(InvalidClassException.class);
    }
  }

  @Test
  void shouldRefuseWhenAnAdmittedListHoldsAnotherClass() {
    assertThatThrownBy(() -> read(new ArrayList<>(List.of(new Gadget())), arguments))
        .isInstanceOf(InvalidClassException.class);
  }

  @Test
  void shouldAdmitAnExtraClassWhenItIsNamed() throws Exception {
    ObjectInputFilter wider = SerialFilters.arguments(Orders.class, List.of(Gadget.class));
    assertThat(read(new ArrayList<>(List.of(new Gadget())), wider)).isInstanceOf(List.class);
  }

  @Test
  void shouldComplainWhenASignatureNamesWhatCannotTravel() {
    assertThatThrownBy(() -> SerialFilters.arguments(Chained.class, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Chained names ")
        .hasMessageContaining("Orders, which cannot travel: only values do, and ReceptionObject");
    assertThatThrownBy(() -> SerialFilters.arguments(Enveloped.class, List.of()))
        .hasMessageContaining("names java.rmi.MarshalledObject, which cannot travel");
    assertThatThrownBy(
            () ->
                SerialFilters.arguments(Orders.class, List.of(java.rmi.server.RemoteObject.class)))
        .hasMessageContaining("names java.rmi.server.RemoteObject, which cannot travel");
  }

  @Test
  void shouldAdmitResultAndDeclaredExceptionsInRepliesAndNoArguments() throws Exception {
    ObjectInputFilter replies =
        SerialFilters.replies(
            Orders.class.getMethod(
                "place", Order.class, Shape.class, Value.class, ReceptionObject.class, int.class),
            List.of());
    UUID id = UUID.randomUUID();
    Confirmation confirmation =
        new Confirmation(
            id,
            Mode.INBAND,
            Protection.PRIVACY,
            1,
            0,
            "",
            new Endpoint("h", 1),
            "ab".repeat(32),
            new Payload(new byte[] {7}));
    assertThat(read(confirmation, replies)).isEqualTo(confirmation);
    assertThat(read(new OrderException(), replies)).isInstanceOf(OrderException.class);
    RemoteException wrapped =
        new RemoteException("outer", new IllegalStateException("inner", new IOException("root")));
    wrapped.addSuppressed(new NullPointerException());
    assertThat(read(wrapped, replies)).isInstanceOf(RemoteException.class);
    assertThatThrownBy(() -> read(new Circle(1), replies))
        .isInstanceOf(InvalidClassException.class);
  }

  @Test
  void shouldRefuseWhenTheGraphExceedsALimit() {
    Object deep = "core";
    for (int i = 0; i <= AllowList.MAX_DEPTH; i++) {
      deep = new ArrayList<>(List.of(deep));
    }
    Object tooDeep = deep;
    assertThatThrownBy(() -> read(tooDeep, arguments)).isInstanceOf(InvalidClassException.class);
    assertThatThrownBy(() -> read(new byte[AllowList.MAX_PRIMITIVE_ARRAY_BYTES + 1], arguments))
        .isInstanceOf(InvalidClassException.class);
    assertThatThrownBy(() -> read(new long[AllowList.MAX_PRIMITIVE_ARRAY_BYTES / 8 + 1], arguments))
        .isInstanceOf(InvalidClassException.class);
    assertThatThrownBy(() -> read(new String[AllowList.MAX_REFERENCE_ARRAY_LENGTH + 1], arguments))
        .isInstanceOf(InvalidClassException.class);
  }

  @Test
  void shouldAdmitWhenAnArrayIsAtItsLimit() throws Exception {
    assertAdmitted(new byte[AllowList.MAX_PRIMITIVE_ARRAY_BYTES]);
    assertAdmitted(new String[AllowList.MAX_REFERENCE_ARRAY_LENGTH]);
  }

  @Test
  void shouldRefuseArraysThatTogetherClaimFarMoreThanHasCome() throws Exception {
    ObjectInputFilter stream = ((AllowList) arguments).forStream();
    long[][] nested = new long[AllowList.MAX_REFERENCE_ARRAY_LENGTH][];
    nested[0] = new long[AllowList.MAX_PRIMITIVE_ARRAY_BYTES / 8];
    assertThatThrownBy(() -> read(nested, stream)).isInstanceOf(InvalidClassException.class);
    byte[][] coming = new byte[4][AllowList.MAX_PRIMITIVE_ARRAY_BYTES];
    assertThat(read(coming, ((AllowList) arguments).forStream())).isEqualTo(coming);
  }

  private void assertAdmitted(Object value) throws Exception {
    assertThat(read(value, arguments)).hasSameClassAs(value);
  }

  private static Object read(Object value, ObjectInputFilter filter)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      in.setObjectInputFilter(filter);
      return in.readObject();
    }
  }
}

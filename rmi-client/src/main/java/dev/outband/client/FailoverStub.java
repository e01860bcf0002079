package dev.outband.client;

import dev.outband.api.TransferException;
import dev.outband.client.AttemptFailedException.Ran;
import dev.outband.security.BytesAhead;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.rmi.RemoteException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a client's stub does: makes each call at a server of the pool, and at another one if that
 * does no harm: if the call certainly never ran, or its method is {@link
 * dev.outband.api.Idempotent}. Asks each server once, for as long as its deadline allows.
 */
final class FailoverStub implements InvocationHandler {
  private final StubType type;
  private final ServerPool pool;
  private final ServerTransfers transfers;
  private final InbandCalls inband;
  private final long deadlineNs;
  private final Map<ServerConnection, ServerStub> stubs = new ConcurrentHashMap<>();

  /** What to do with the object at one server. */
  @FunctionalInterface
  private interface Attempt {
    Object at(ServerStub stub) throws Throwable;
  }

  FailoverStub(
      StubType type,
      ServerPool pool,
      ServerTransfers transfers,
      InbandCalls inband,
      long deadlineNs) {
    this.type = type;
    this.pool = pool;
    this.transfers = transfers;
    this.inband = inband;
    this.deadlineNs = deadlineNs;
  }

  /** Looks the object up at one server. */
  void bind() throws TransferException, RemoteException {
    try {
      anywhere(
          new CallFailures(type.name(), true),
          true,
          stub -> {
            stub.bind();
            return stub;
          });
    } catch (TransferException | RemoteException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a lookup throws nothing else", e);
    }
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return objectMethod(proxy, method, arguments);
    }
    try (InbandCalls.Offer offer = inband.offer(method, arguments)) {
      Object answer =
          anywhere(
              new CallFailures(
                  type.name() + "." + method.getName(), CallFailure.declaresTyped(method)),
              StubType.isIdempotent(method),
              stub -> call(stub, method, offer));
      offer.deliver(arguments, answer);
      return answer;
    }
  }

  private Object anywhere(CallFailures failures, boolean isIdempotent, Attempt attempt)
      throws Throwable {
    long startNs = System.nanoTime();
    Set<Server> tried = new HashSet<>();
    Optional<Server> next = pool.choose(type.service(), tried);
    while (next.isPresent()) {
      Server server = next.get();
      tried.add(server);
      try {
        Object answer = server.use(connection -> attemptAt(connection, attempt));
        server.answered();
        return answer;
      } catch (AttemptFailedException e) {
        failures.add(e);
        if (e.ran() == Ran.ANSWERED || e.ran() == Ran.MAYBE && !isIdempotent) {
          throw failures.last();
        }
        server.avoid();
      }
      boolean isLate = System.nanoTime() - startNs > deadlineNs;
      next = isLate ? Optional.empty() : pool.choose(type.service(), tried);
    }
    throw failures.all();
  }

  private Object attemptAt(ServerConnection connection, Attempt attempt) throws Throwable {
    stubs.keySet().removeIf(ServerConnection::isClosed);
    Object answer = attempt.at(stubs.computeIfAbsent(connection, to -> to.stubOf(type)));
    transfers.issued(answer, connection);
    return answer;
  }

  /**
   * Passes nothing to a server of which it is not known that it has, or had, the object. The call
   * may open another connection, on which the server may show a renewed certificate.
   */
  private Object call(ServerStub stub, Method method, InbandCalls.Offer offer) throws Throwable {
    Object[] arguments = offer.arguments();
    offer.again();
    stub.bind();
    ServerConnection server = stub.server();
    X509Certificate before = server.certificate();
    transfers.passed(arguments, server);
    try (BytesAhead.Expectation expected = BytesAhead.expect(offer)) {
      return stub.call(method, arguments);
    } finally {
      if (!server.certificate().equals(before)) {
        transfers.passed(arguments, server);
      }
    }
  }

  private Object objectMethod(Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "Stub[" + type.name() + "]";
    };
  }
}

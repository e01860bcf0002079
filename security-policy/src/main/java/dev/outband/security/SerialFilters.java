package dev.outband.security;

import dev.outband.api.TransferException;
import java.io.ObjectInputFilter;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.rmi.Remote;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which classes Outband deserializes: what a remote interface's own signatures name, and nothing
 * else.
 *
 * <p>From a signature come, recursively, the declared class itself, the types of a record's
 * components and of a value's serialized fields, enums, element types of arrays and collections,
 * and the subclasses that a sealed type permits. For a {@code List}, {@code Set} or {@code
 * Collection} the implementations are {@code ArrayList} and what {@code List.of} and its like
 * return; for a {@code Map} what {@code Map.of} returns. Always in: strings, boxed numbers, arrays
 * of primitives, {@code BigInteger}, {@code BigDecimal}, {@code UUID} and {@code java.time}. What
 * is declared as an open type ({@code Object}, an interface) brings nothing; name its classes as
 * extra ones. Never in, even as extra ones: stubs, proxies, socket factories and the like.
 *
 * <p>A filter of an exported object guards arguments alone. {@link #installJvmWide()} adds the
 * rest: results, exceptions, and what the JDK's own registry and garbage collector would read.
 */
public final class SerialFilters {
  private SerialFilters() {}

  /**
   * What callers may pass to an object of this type.
   *
   * @param type the remote interface
   * @param extra classes that its signatures do not name
   * @return a filter for {@link ControlPort#export}
   * @throws IllegalArgumentException if a parameter is of a type that cannot travel
   */
  public static ObjectInputFilter arguments(
      Class<? extends Remote> type, Collection<Class<?>> extra) {
    SerialClosure closure = new SerialClosure(type.getName());
    for (Method method : type.getMethods()) {
      closure.addAll(List.of(method.getGenericParameterTypes()));
    }
    return closure.addAll(extra).allowList();
  }

  /**
   * What the reply to one method may consist of: its result, the exceptions that it declares, and
   * those of the JDK's {@code java.lang}, {@code java.io} and {@code java.rmi} that RMI answers
   * with.
   *
   * @param method a method of a remote interface
   * @param extra classes that the signature does not name
   * @return a filter for {@link CallScope#enter}
   * @throws IllegalArgumentException if the result is of a type that cannot travel
   */
  public static ObjectInputFilter replies(Method method, Collection<Class<?>> extra) {
    String owner = method.getDeclaringClass().getName() + "." + method.getName();
    return replies(
        owner,
        Stream.concat(Stream.of(method.getGenericReturnType()), extra.stream()).toList(),
        method);
  }

  /**
   * What the registry may answer a lookup with.
   *
   * @param type the class of the one value that it holds
   * @return a filter for {@link CallScope#enter}
   */
  public static ObjectInputFilter values(Class<?> type) {
    return replies(type.getName(), List.of(type), null);
  }

  /**
   * A filter for {@link CallScope#enter} that admits no class at all.
   *
   * @return the filter
   */
  public static ObjectInputFilter nothing() {
    return new AllowList(Set.of());
  }

  /**
   * Sets the JVM's deserialization filter factory (JEP 415) to one that holds Outband's own RMI
   * streams to these lists and leaves every other stream of the JVM exactly as it was. Idempotent;
   * servers and clients call it when they start.
   *
   * <p>Java allows one factory, set before the JVM's first {@code ObjectInputStream}. A program
   * that cannot call this first starts its JVM with {@code
   * -Djdk.serialFilterFactory=dev.outband.security.SerialFilterFactory}; one that has a factory of
   * its own lets that one ask a {@link SerialFilterFactory} first and reject what it rejects.
   * Whether it does is tried out here.
   *
   * @throws SerialFilterException if the JVM has another factory, or none and it is too late
   */
  public static void installJvmWide() {
    SerialFilterFactory.install();
  }

  private static AllowList replies(String owner, Collection<? extends Type> types, Method method) {
    SerialClosure closure = new SerialClosure(owner).addAll(types);
    Set<Class<?>> thrown = new LinkedHashSet<>(List.of(TransferException.class));
    if (method != null) {
      thrown.addAll(Arrays.asList(method.getExceptionTypes()));
    }
    return closure.addAll(thrown).allowList().ofReplies();
  }
}

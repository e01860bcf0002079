package dev.outband.security;

import java.io.InvalidClassException;
import java.lang.reflect.InvocationHandler;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What RMI resolves the classes of a call's arguments with: it knows those of an allow-list and
 * asks nobody for others. A deserialization filter alone comes too late for that: it is asked about
 * a class once the class is there, a proxy class even defined, and every name that a class loader
 * was ever asked for stays in its memory.
 *
 * <p>RMI takes the context class loader that a thread has when it exports an object, sets it for
 * every call of the object, and lets the called method run with it; {@link #outside} undoes that
 * for the method. Safe for use by several threads.
 */
final class ListedClasses extends ClassLoader {
  private static final Logger LOG = LoggerFactory.getLogger(SerialFilters.class);

  static {
    registerAsParallelCapable();
  }

  private final Map<String, Class<?>> classes;
  private final ClassLoader usual;

  private ListedClasses(AllowList admitted, ClassLoader usual) {
    super("outband-arguments", usual);
    this.classes =
        admitted
            .classes()
            .collect(Collectors.toUnmodifiableMap(Class::getName, Function.identity()));
    this.usual = usual;
  }

  /**
   * For an object whose class is of that loader; RMI takes no other than a descendant of it.
   *
   * @param ofObject null for the JDK's own
   */
  static ListedClasses of(AllowList admitted, ClassLoader ofObject) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    boolean isDescendant = ofObject == null;
    for (ClassLoader loader = context;
        loader != null && !isDescendant;
        loader = loader.getParent()) {
      isDescendant = loader == ofObject;
    }
    return new ListedClasses(admitted, isDescendant ? context : ofObject);
  }

  /** The same handler, which runs with the context class loader that it would have without this. */
  InvocationHandler outside(InvocationHandler calls) {
    return (proxy, method, arguments) -> {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(usual);
      try {
        return calls.invoke(proxy, method, arguments);
      } finally {
        thread.setContextClassLoader(before);
      }
    };
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) {
    Class<?> admitted = classes.get(name);
    if (admitted == null) {
      LOG.warn(
          "argument refused: {} is not admitted, caller={}",
          Text.quoted(name),
          Caller.isPresent() ? Caller.current() : "none");
      AuditLine.denyCaller("argument", Text.quoted(name) + " is not admitted");
      CallInput.refuse();
      ListedClasses.<RuntimeException>refuse(new InvalidClassException("filter status: REJECTED"));
    }
    return admitted;
  }

  /**
   * Throws what RMI makes of a filter's refusal. After the exception that a class loader may throw,
   * RMI would read on and ask other loaders.
   */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void refuse(Throwable refusal) throws E {
    throw (E) refusal;
  }
}

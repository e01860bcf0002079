package dev.outband.fuzz.jrmp;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicLong;

/** Counts each time that it is deserialized. No list admits it. */
final class Bomb implements Serializable, Comparable<Bomb>, InvocationHandler {
  private static final long serialVersionUID = 1L;
  private static final AtomicLong READ = new AtomicLong();

  static long read() {
    return READ.get();
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    READ.incrementAndGet();
    in.defaultReadObject();
  }

  private Object readResolve() {
    READ.incrementAndGet();
    return this;
  }

  @Override
  public int compareTo(Bomb other) {
    return 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bomb;
  }

  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) {
    return null;
  }

  /** A runtime exception, which no method need declare, with one inside. */
  static final class Loaded extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Bomb load = new Bomb();

    @Override
    public String getMessage() {
      return String.valueOf(load);
    }
  }
}

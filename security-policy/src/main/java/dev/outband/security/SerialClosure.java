package dev.outband.security;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.WireForm;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.io.Serializable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.rmi.Remote;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The classes that a declared type can bring with it: itself, what its serialized fields are
 * declared as, its serializable superclasses, the subclasses that a sealed type permits, and so on.
 * Nothing that only a subclass could bring: a declared type that is open names no class but itself.
 */
final class SerialClosure {
  /** Values of the JDK whose serialized form holds nothing but numbers, text and each other. */
  private static final Set<Class<?>> BASE =
      Set.of(
          Object.class,
          String.class,
          Number.class,
          Enum.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          hidden("java.time.Ser"),
          hidden("java.time.ZoneRegion"),
          ZoneOffset.class,
          Duration.class,
          Period.class,
          Instant.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetTime.class,
          OffsetDateTime.class,
          ZonedDateTime.class,
          Year.class,
          YearMonth.class,
          MonthDay.class);

  private static final Set<Class<?>> COLLECTIONS =
      Set.of(Iterable.class, Collection.class, List.class, Set.class);

  /**
   * What {@code List.of} and {@code Set.of} are written as, what becomes of it, and what an
   * exception has instead.
   */
  private static final Set<Class<?>> IMMUTABLE_COLLECTIONS =
      Set.of(
          hidden("java.util.Collections$EmptyList"),
          hidden("java.util.CollSer"),
          hidden("java.util.ImmutableCollections$List12"),
          hidden("java.util.ImmutableCollections$ListN"),
          hidden("java.util.ImmutableCollections$Set12"),
          hidden("java.util.ImmutableCollections$SetN"));

  /** The same for {@code Map.of}. */
  private static final Set<Class<?>> IMMUTABLE_MAPS =
      Set.of(
          hidden("java.util.CollSer"),
          hidden("java.util.ImmutableCollections$Map1"),
          hidden("java.util.ImmutableCollections$MapN"));

  private final Set<Class<?>> classes = new HashSet<>(BASE);
  private final Set<Type> seen = new HashSet<>();
  private final String owner;

  /** A closure of the base values; the owner is named in complaints. */
  SerialClosure(String owner) {
    this.owner = owner;
  }

  AllowList allowList() {
    return new AllowList(classes);
  }

  SerialClosure addAll(Collection<? extends Type> types) {
    types.forEach(this::add);
    return this;
  }

  /** Adds a declared type. */
  SerialClosure add(Type type) {
    if (!seen.add(type)) {
      return this;
    }
    if (type instanceof Class<?> plain) {
      addClass(plain);
    } else if (type instanceof ParameterizedType generic) {
      add(generic.getRawType());
      addAll(List.of(generic.getActualTypeArguments()));
    } else if (type instanceof GenericArrayType array) {
      add(array.getGenericComponentType());
    } else if (type instanceof WildcardType wildcard) {
      addAll(List.of(wildcard.getUpperBounds()));
    } else if (type instanceof TypeVariable<?> variable) {
      addAll(List.of(variable.getBounds()));
    }
    return this;
  }

  private void addClass(Class<?> type) {
    if (type.isArray()) {
      add(type.getComponentType());
    } else if (type == ReceptionObject.class) {
      add(ReceptionStub.class);
    } else if (type == ReceptionStub.class || type == Confirmation.class) {
      // The filter is asked for the form that is read, and for what becomes of it.
      classes.add(WireForm.class);
      classes.add(type);
    } else if (COLLECTIONS.contains(type) || type == ArrayList.class) {
      classes.add(ArrayList.class);
      classes.addAll(IMMUTABLE_COLLECTIONS);
    } else if (type == Map.class) {
      classes.addAll(IMMUTABLE_MAPS);
    } else if (!type.isPrimitive() && !BASE.contains(type)) {
      addDeclared(type);
    }
  }

  private void addDeclared(Class<?> type) {
    if (Forbidden.is(type) || (type.isInterface() && Remote.class.isAssignableFrom(type))) {
      throw new IllegalArgumentException(
          owner
              + " names "
              + type.getName()
              + ", which cannot travel: only values do, and ReceptionObject");
    }
    if (type.isSealed()) {
      addAll(List.of(type.getPermittedSubclasses()));
    }
    if (type.isInterface() || !Serializable.class.isAssignableFrom(type)) {
      return;
    }
    if (!Modifier.isAbstract(type.getModifiers())) {
      addSerialized(type);
    }
  }

  private void addSerialized(Class<?> type) {
    for (Class<?> c = type;
        c != null && Serializable.class.isAssignableFrom(c);
        c = c.getSuperclass()) {
      classes.add(c);
      for (ObjectStreamField field : ObjectStreamClass.lookup(c).getFields()) {
        add(declaredType(c, field));
      }
    }
  }

  private static Type declaredType(Class<?> type, ObjectStreamField field) {
    try {
      return type.getDeclaredField(field.getName()).getGenericType();
    } catch (NoSuchFieldException e) {
      return field.getType();
    }
  }

  private static Class<?> hidden(String name) {
    try {
      return Class.forName(name, false, null);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("this JDK has no " + name, e);
    }
  }
}

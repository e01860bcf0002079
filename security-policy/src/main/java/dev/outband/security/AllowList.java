package dev.outband.security;

import java.io.ObjectInputFilter;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Exactly these classes, and bounds for everything: a deserialization filter that answers to every
 * class with yes or no. Immutable.
 *
 * <p>The bounds: a graph 32 deep (a chain of causes is the deepest that legitimate values come to),
 * 100,000 references, primitive arrays up to 1 MiB each, and arrays of references up to 65,536
 * elements. Arrays can be nested, so a stream is read through {@link #forStream()}, which bounds
 * them together: a few forged bytes make the reader provide 1 MiB and little more. The length of
 * the whole message is limited by {@link ControlLimits#maxMessageBytes()}.
 */
final class AllowList implements ObjectInputFilter {
  static final int MAX_DEPTH = 32;
  static final int MAX_REFERENCES = 100_000;
  static final int MAX_PRIMITIVE_ARRAY_BYTES = 1 << 20;
  static final int MAX_REFERENCE_ARRAY_LENGTH = 65_536;

  private final Set<Class<?>> classes;
  private final boolean ofReplies;

  AllowList(Set<Class<?>> classes) {
    this(classes, false);
  }

  private AllowList(Set<Class<?>> classes, boolean ofReplies) {
    this.classes = Set.copyOf(classes);
    this.ofReplies = ofReplies;
  }

  /** These classes and the exceptions that any call may answer with. */
  AllowList ofReplies() {
    return new AllowList(classes, true);
  }

  /** The filter of one stream. */
  ArrayBudget forStream() {
    return new ArrayBudget(this);
  }

  boolean contains(Class<?> type) {
    return classes.contains(type) || ofReplies && ReplyExceptions.bring(type);
  }

  /** The classes themselves, without those that no list admits. */
  Stream<Class<?>> classes() {
    return classes.stream().filter(type -> !Forbidden.is(type));
  }

  /** The names of the classes, sorted: what a test freezes. */
  SortedSet<String> names() {
    SortedSet<String> names = ofReplies ? ReplyExceptions.list().names() : new TreeSet<>();
    classes.forEach(type -> names.add(type.getName()));
    return names;
  }

  @Override
  public Status checkInput(FilterInfo info) {
    if (info.depth() > MAX_DEPTH || info.references() > MAX_REFERENCES) {
      return Status.REJECTED;
    }
    Class<?> type = info.serialClass();
    if (type == null) {
      return Status.UNDECIDED;
    }
    if (type.isArray() && info.arrayLength() > maxLength(type.getComponentType())) {
      return Status.REJECTED;
    }
    Class<?> element = element(type);
    if (element.isPrimitive()) {
      return Status.ALLOWED;
    }
    return contains(element) && !Forbidden.is(element) ? Status.ALLOWED : Status.REJECTED;
  }

  static Class<?> element(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return element;
  }

  private static int maxLength(Class<?> component) {
    if (!component.isPrimitive()) {
      return MAX_REFERENCE_ARRAY_LENGTH;
    }
    return MAX_PRIMITIVE_ARRAY_BYTES / bytes(component);
  }

  /** What an element of an array takes; a reference in a heap of less than 32 GiB. */
  static int bytes(Class<?> component) {
    if (component == long.class || component == double.class) {
      return Long.BYTES;
    }
    if (component == char.class || component == short.class) {
      return Short.BYTES;
    }
    return component == byte.class || component == boolean.class ? Byte.BYTES : Integer.BYTES;
  }
}

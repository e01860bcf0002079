package dev.outband.transport;

import java.util.Objects;

/**
 * What a sink holds of an object before a reception begins.
 *
 * @param bytes how many, from the object's start on, or the stripe's; all of them verified
 * @param contentTag names the content; empty if it holds nothing and may get any
 */
record Held(long bytes, String contentTag) {

  static final Held NOTHING = new Held(0, "");

  Held {
    Objects.requireNonNull(contentTag, "contentTag");
    if (bytes < 0 || bytes > 0 && contentTag.isEmpty()) {
      throw new IllegalArgumentException("held bytes must be 0 or have a content tag: " + bytes);
    }
  }
}

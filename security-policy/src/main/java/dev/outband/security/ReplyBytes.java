package dev.outband.security;

/**
 * What the replies to calls hold in a server's memory: bytes that are made ready before the reply
 * is written, and stay for as long as the caller takes to read it. They count among the {@link
 * CallBytes}, of which they may have half, so that slow readers leave room for calls. Safe for use
 * by several threads.
 */
public final class ReplyBytes {
  private ReplyBytes() {}

  /**
   * Has the reply to the call that this thread serves hold so many bytes more, from now on until it
   * is written. Does not block.
   *
   * @param bytes 0 or more; up to 8 KiB are not counted
   * @return false, with nothing changed, if the caller's principal, or all together, would hold
   *     more than half of what they may, calls included; true on a thread that serves no call of a
   *     {@link ControlPort}
   */
  public static boolean hold(long bytes) {
    return CallInput.holdForReply(bytes);
  }
}

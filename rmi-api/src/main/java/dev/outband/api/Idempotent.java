package dev.outband.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a remote interface of which running twice does no more than running once: a
 * query, or a change to a stated value.
 *
 * <p>A client that lost the connection before the answer came cannot know whether the call ran. It
 * makes the call again, at another server, only if the method is marked; otherwise the caller is
 * told that the call may have run.
 *
 * <pre>{@code
 * public interface Archive extends Remote {
 *   @Idempotent
 *   List<String> list(String folder) throws RemoteException;
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Idempotent {}

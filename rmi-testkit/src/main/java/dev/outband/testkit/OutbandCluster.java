package dev.outband.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/**
 * Starts servers and clients in the JVM of a JUnit 5 test, before each test, and after it closes
 * them and checks that nothing is left: no thread, descriptor, direct memory, exported object or
 * temporary file.
 *
 * <pre>{@code
 * @OutbandCluster(servers = 3)
 * class ArchiveTest {
 *   interface Archive extends Remote {
 *     Confirmation fetch(ReceptionObject to) throws RemoteException, TransferException;
 *   }
 *   @Test
 *   void shouldGoOnWhenTheConnectionIsCut(TestCluster cluster, OutbandClient client) throws Exception {
 *     byte[] content = new byte[1_000_000];
 *     cluster.export("archive", Archive.class, server -> to -> server.transmitter().transmit(Source.bytes(content), to));
 *     Archive archive = client.lookup("archive", Archive.class);
 *     ChaosProxy proxy = cluster.proxyTo(client.dataAddress());
 *     proxy.next(Plan.of(Direction.TO_LISTENER, Fault.cut(500_000, CutBy.RST)));
 *     assertEquals(1_000_000, client.receive(Sink.discard(), to -> archive.fetch(proxy.through(to))).bytes());
 *   }
 * }
 * }</pre>
 *
 * <p>A test, and any method that runs before or after each test, may take as parameters: a {@link
 * TestCluster}; {@link dev.outband.server.OutbandServer}s and {@link
 * dev.outband.client.OutbandClient}s, the first parameter of a type being the first one of them,
 * and so on; a {@code List} of either; the {@link TrustDomain}; and, unless it is a parameterized
 * or repeated test, a {@link java.nio.file.Path}: a folder that is deleted after the test. What
 * several methods of one test take is the same.
 *
 * <p>Each process has an identity of its own; trust domain, ports and folder are new for each test,
 * so tests share nothing. JUnit runs nothing else beside such a test, since nobody could tell whose
 * threads are left.
 *
 * <p>On a class it holds for each of its tests, also those of nested classes and subclasses; on a
 * method for that one, whatever its class says.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OutbandClusterExtension.class)
@ResourceLock(Resources.GLOBAL)
public @interface OutbandCluster {

  /**
   * How many servers.
   *
   * @return 1 to 64
   */
  int servers() default 1;

  /**
   * How many clients, each of which knows every server.
   *
   * @return 0 to 64
   */
  int clients() default 1;

  /**
   * How long what a test had may take to be gone after it; if anything is left then, the test
   * fails. Default: 10. With 0 nobody looks, for tests whose own libraries start threads or open
   * files that they keep.
   *
   * @return in seconds, 0 or more
   */
  int goneWithinSeconds() default 10;
}

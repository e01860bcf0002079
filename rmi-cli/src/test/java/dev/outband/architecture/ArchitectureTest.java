package dev.outband.architecture;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callCodeUnitWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ArchitectureTest {
  private static final String ROOT = "dev.outband.";

  /** What each module may use, by package; every module is named here. */
  private static final Map<String, Set<String>> ARROWS =
      Map.of(
          "api", Set.of(),
          "security", Set.of("api"),
          "transport", Set.of("api", "security"),
          "server", Set.of("api", "security", "transport"),
          "client", Set.of("api", "security", "transport"),
          "testkit", Set.of("api", "security", "transport", "server", "client"),
          "cli", Set.of("api", "security", "transport", "server", "client"));

  /**
   * Who opens sockets, or accepts into them. A transmission dials its own candidates; the test
   * kit's proxy stands between two ends, so it is both.
   */
  private static final String SOCKET_OPENERS =
      "dev\\.outband\\.(transport\\.(Dialer|ActiveTransmission|DataPort)|security\\.(\\w*SocketFactory|ControlPort)"
          + "|testkit\\.\\w*Proxy)(\\$.*)?";

  private static final Set<String> SOCKET_TYPES =
      Set.of(
          "java.net.Socket",
          "java.net.ServerSocket",
          "dev.outband.security.RawSocket",
          "java.net.DatagramSocket",
          "java.net.MulticastSocket",
          "java.net.URL",
          "java.net.http.HttpClient",
          "java.nio.channels.SocketChannel",
          "java.nio.channels.ServerSocketChannel",
          "java.nio.channels.DatagramChannel",
          "java.nio.channels.AsynchronousSocketChannel",
          "java.nio.channels.AsynchronousServerSocketChannel",
          "javax.net.SocketFactory",
          "javax.net.ServerSocketFactory",
          "javax.net.ssl.SSLSocketFactory",
          "javax.net.ssl.SSLServerSocketFactory");

  private static final Set<String> SOCKET_CALLS =
      Set.of(
          "<init>",
          "open",
          "createSocket",
          "createServerSocket",
          "openConnection",
          "openStream",
          "newHttpClient");

  private static final Set<String> ENVIRONMENT_CALLS =
      Set.of(
          "java.lang.System.getProperty",
          "java.lang.System.getProperties",
          "java.lang.System.setProperty",
          "java.lang.System.setProperties",
          "java.lang.System.clearProperty",
          "java.lang.System.getenv",
          "java.lang.Integer.getInteger",
          "java.lang.Long.getLong",
          "java.lang.Boolean.getBoolean");

  /** Looks at what RMI and JMX take from properties, and takes nothing from them itself. */
  private static final String SELF_CHECK = "dev.outband.security.SelfCheck";

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes = Tree.classes();
  }

  @Test
  void shouldKeepTheArrowsBetweenModules() {
    ARROWS.forEach(
        (module, allowed) -> {
          String[] forbidden =
              ARROWS.keySet().stream()
                  .filter(other -> !other.equals(module) && !allowed.contains(other))
                  .map(other -> ROOT + other + "..")
                  .toArray(String[]::new);
          check(
              noClasses()
                  .that()
                  .resideInAPackage(ROOT + module + "..")
                  .should()
                  .dependOnClassesThat()
                  .resideInAnyPackage(forbidden));
        });
  }

  @Test
  void shouldHaveAnArrowForEveryModuleThatIsPublished() {
    assertThat(classes)
        .extracting(type -> type.getPackageName().split("\\.", -1)[2])
        .isSubsetOf(ARROWS.keySet());
  }

  @Test
  void shouldHaveNoPackageCycle() {
    check(slices().matching(ROOT + "(**)").should().beFreeOfCycles());
  }

  @Test
  void shouldKeepRmiApiOnTheJdkAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.outband.api..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("dev.outband.api..", "java.."));
  }

  @Test
  void shouldKeepTheWireFreeOfInputOutputAndThreads() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.outband.transport.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.net..", "java.nio.channels..", "java.nio.file..", "java.util.concurrent..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class));
  }

  @Test
  void shouldKeepBouncyCastleInPki() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.outband.security.pki..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle.."));
  }

  @Test
  void shouldKeepHazelcastInTheCluster() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.outband.server.cluster..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.hazelcast.."));
  }

  @Test
  void shouldOpenSocketsOnlyWhereTheyAreMeantTo() {
    check(
        noClasses()
            .that()
            .haveNameNotMatching(SOCKET_OPENERS)
            .should(
                callCodeUnitWhere(
                    DescribedPredicate.describe("opens a socket", ArchitectureTest::opensSocket))));
  }

  @Test
  void shouldReadTheEnvironmentOnlyInClassesWithMain() {
    DescribedPredicate<JavaCall<?>> readsEnvironment =
        DescribedPredicate.describe(
            "reads or writes system properties or the environment",
            call ->
                ENVIRONMENT_CALLS.contains(call.getTargetOwner().getName() + "." + call.getName()));
    check(
        noClasses()
            .that(DescribedPredicate.describe("have no main method", type -> !hasMain(type)))
            .and()
            .doNotHaveFullyQualifiedName(SELF_CHECK)
            .should(callMethodWhere(readsEnvironment.forSubtype())));
  }

  @Test
  void shouldHaveNoStaticThatCanBeAssigned() {
    check(
        noFields()
            .that()
            .areStatic()
            .should()
            .notHaveModifier(FINAL)
            .as("no field should be static and not final"));
  }

  /**
   * But neither a subclass's call of its superclass's constructor nor TLS over a socket that is
   * open already.
   */
  private static boolean opensSocket(JavaCall<?> call) {
    List<JavaClass> parameters = call.getTarget().getRawParameterTypes();
    return SOCKET_TYPES.contains(call.getTargetOwner().getName())
        && SOCKET_CALLS.contains(call.getName())
        && !call.getOriginOwner().isAssignableTo(call.getTargetOwner().getName())
        && (parameters.isEmpty() || !parameters.get(0).isAssignableTo(Socket.class));
  }

  private static boolean hasMain(JavaClass type) {
    return type.getMethods().stream()
            .anyMatch(
                method ->
                    method.getName().equals("main")
                        && method.getModifiers().contains(JavaModifier.STATIC)
                        && method.getModifiers().contains(JavaModifier.PUBLIC))
        || type.getEnclosingClass().map(ArchitectureTest::hasMain).orElse(false);
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(classes);
  }
}

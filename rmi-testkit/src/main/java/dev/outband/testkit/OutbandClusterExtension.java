package dev.outband.testkit;

import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link OutbandCluster} has JUnit do. Keeps what a test has in JUnit's store for it. */
final class OutbandClusterExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(OutbandClusterExtension.class);

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    OutbandCluster wanted =
        settings(context).orElseThrow(() -> new IllegalStateException("no @OutbandCluster"));
    WarmUp unused = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(WarmUp.class);
    store(context).put(TestRun.class, TestRun.start(wanted));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    TestRun run = store(context).remove(TestRun.class, TestRun.class);
    if (run != null) {
      run.end();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return Injected.supports(parameter);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestRun run = store(context).get(TestRun.class, TestRun.class);
    if (run == null) {
      throw new ParameterResolutionException(
          "a cluster lives as long as one test: take "
              + parameter.getParameter().getType().getSimpleName()
              + " in the test, or in a method that runs before or after each test");
    }
    return Injected.of(parameter, run.cluster());
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }

  /** The method's annotation, or that of its class, or of the class around that. */
  private static Optional<OutbandCluster> settings(ExtensionContext context) {
    Optional<OutbandCluster> own =
        AnnotationSupport.findAnnotation(context.getElement(), OutbandCluster.class);
    return own.isPresent() ? own : context.getParent().flatMap(OutbandClusterExtension::settings);
  }
}

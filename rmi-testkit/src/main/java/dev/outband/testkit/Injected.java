package dev.outband.testkit;

import dev.outband.client.OutbandClient;
import dev.outband.server.OutbandServer;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.commons.support.AnnotationSupport;

/** What a parameter of a test gets from the cluster. */
final class Injected {

  private Injected() {}

  static boolean supports(ParameterContext context) {
    Parameter parameter = context.getParameter();
    Class<?> type = parameter.getType();
    if (type == Path.class) {
      // An annotated one is another extension's, as @TempDir is JUnit's, and those of templates
      // may be the template's.
      return parameter.getAnnotations().length == 0
          && !AnnotationSupport.isAnnotated(context.getDeclaringExecutable(), TestTemplate.class);
    }
    return type == TestCluster.class
        || type == TrustDomain.class
        || type == OutbandServer.class
        || type == OutbandClient.class
        || isListOf(OutbandServer.class, parameter)
        || isListOf(OutbandClient.class, parameter);
  }

  static Object of(ParameterContext context, TestCluster cluster) {
    Parameter parameter = context.getParameter();
    Class<?> type = parameter.getType();
    if (type == List.class) {
      return isListOf(OutbandServer.class, parameter) ? cluster.servers() : cluster.clients();
    }
    if (type == OutbandServer.class) {
      return nth(context, "servers", cluster.servers());
    }
    if (type == OutbandClient.class) {
      return nth(context, "clients", cluster.clients());
    }
    if (type == Path.class) {
      return cluster.folder();
    }
    return type == TrustDomain.class ? cluster.trustDomain() : cluster;
  }

  private static Object nth(ParameterContext context, String what, List<?> processes) {
    long before =
        Arrays.stream(context.getDeclaringExecutable().getParameters())
            .limit(context.getIndex())
            .filter(other -> other.getType() == context.getParameter().getType())
            .count();
    if (before >= processes.size()) {
      throw new ParameterResolutionException(
          context.getDeclaringExecutable().getName()
              + " takes more "
              + what
              + " than there are, @OutbandCluster has "
              + what
              + "="
              + processes.size());
    }
    return processes.get((int) before);
  }

  private static boolean isListOf(Class<?> element, Parameter parameter) {
    return parameter.getType() == List.class
        && parameter.getParameterizedType() instanceof ParameterizedType list
        && Arrays.equals(list.getActualTypeArguments(), new Type[] {element});
  }
}

package dev.outband.benchmarks.cluster;

import dev.outband.api.ReceptionObject;
import dev.outband.testkit.ChaosProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Clients in this JVM that reach the server through proxies alone, which stop to be there. */
final class CutClients implements Crashing {

  private final Crashes.Kind kind;
  private final OneServer server;
  private final Path object;
  private final List<DoomedClient> clients = new ArrayList<>();
  private final List<ChaosProxy> toControl = new ArrayList<>();
  private final List<ChaosProxy> toData = new ArrayList<>();

  CutClients(Crashes.Kind kind, OneServer server, Path object) {
    this.kind = kind;
    this.server = server;
    this.object = object;
  }

  @Override
  public void begin(List<Errand> errands) throws Exception {
    for (Errand errand : errands) {
      ChaosProxy door = ChaosProxy.to(server.control());
      toControl.add(door);
      DoomedClient client =
          DoomedClient.connect(server.client(), "127.0.0.1:" + door.address().getPort());
      clients.add(client);
      client.start(errand, object, route(errand, client));
    }
    Wait.until(() -> clients.stream().allMatch(DoomedClient::isOnTheWay));
  }

  private UnaryOperator<ReceptionObject> route(Errand errand, DoomedClient client)
      throws Exception {
    boolean isGet = errand.direction() == Direction.GET;
    ChaosProxy proxy = ChaosProxy.to(isGet ? client.client().dataAddress() : server.data());
    toData.add(proxy);
    return proxy::through;
  }

  @Override
  public void crash() {
    toControl.forEach(ChaosProxy::close);
    if (kind == Crashes.Kind.SILENT) {
      toData.forEach(ChaosProxy::silence);
    } else {
      toData.forEach(ChaosProxy::close);
    }
  }

  @Override
  public void close() {
    clients.forEach(DoomedClient::close);
    toControl.forEach(ChaosProxy::close);
    toData.forEach(ChaosProxy::close);
  }
}

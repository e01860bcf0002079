package dev.outband.transport;

import dev.outband.api.Endpoint;
import dev.outband.security.EndpointPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A process's part in moving data: one data port, a few event loops, whatever the number of transfers.
 */
public final class DataPlane implements AutoCloseable {
  public static Builder builder() { throw new UnsupportedOperationException(); }
  /** The bound address of the data port. */
  public InetSocketAddress address() { throw new UnsupportedOperationException(); }
  public Receptions receptions() { throw new UnsupportedOperationException(); }
  /** Peers: whose addresses the endpoint policy is asked about, in order, evaluated on the calling thread at each transmit. */
  public Transmitter transmitter(Supplier<List<InetAddress>> peers) { throw new UnsupportedOperationException(); }
  /** Refuses new transfers from now on and waits for the running ones; true if all ended in time. */
  public boolean drain(Duration limit) throws InterruptedException { throw new UnsupportedOperationException(); }
  @Override public void close() {}

  public static final class Builder {
    /** required */
    public Builder bind(InetSocketAddress address) { return this; }
    /** default: observed(port) , followed by the bound address unless that is a wildcard */
    public Builder advertise(List<Endpoint> endpoints) { return this; }
    /** default EndpointPolicy.callerOnly() */
    public Builder endpointPolicy(EndpointPolicy policy) { return this; }
    /** names threads: name + "-loop-0" ... */
    public Builder name(String name) { return this; }
    /** from HELLO to ACCEPTED, default 10 s */
    public Builder openingDeadline(Duration d) { return this; }
    /** no byte moved for so long, default 30 s */
    public Builder idleDeadline(Duration d) { return this; }
    /** how long a stub waits to be opened, default 2 min */
    public Builder ticketLifetime(Duration d) { return this; }
    /** most waiting and running receptions, default 16384 */
    public Builder maxReceptions(int n) { return this; }
    public DataPlane start() throws IOException { throw new UnsupportedOperationException(); }
  }
}

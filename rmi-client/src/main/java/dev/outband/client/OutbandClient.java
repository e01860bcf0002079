package dev.outband.client;

import dev.outband.api.Code;
import dev.outband.api.Directory;
import dev.outband.api.Members;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionObject;
import dev.outband.api.TransferException;
import dev.outband.transport.DataPlane;
import dev.outband.transport.ReceptionSeries;
import dev.outband.transport.Receptions;
import dev.outband.transport.Sink;
import dev.outband.transport.Source;
import dev.outband.transport.StripedSeries;
import dev.outband.transport.Transmission;
import dev.outband.transport.Transmitter;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * A client process: calls the objects of one server, or of any of several that stand in for each
 * other, by RMI over TLS, and has a data port for the bytes.
 *
 * <pre>{@code
 * try (OutbandClient client = OutbandClient.builder()
 *     .identity(Identity.load(Path.of("pki/reporting")))
 *     .servers("10.0.0.5:7099", "10.0.0.6:7099")
 *     .connect()) {
 *   Archive archive = client.lookup("archive", Archive.class);
 *   Receipt receipt = client.receive(Sink.file(Path.of("big.iso")), r -> archive.fetch("big.iso", r));
 *   Receipt sent = client.transmit(Source.file(path), archive.store("big.iso", size));
 * }
 * }</pre>
 *
 * <p>If the servers are members of a cluster, knowing one is enough: the client learns of the
 * others and keeps their list fresh in the background. It calls none that does not show the
 * identity that its own record has named. The servers must offer the same under the same names.
 *
 * <p>A server whose certificate expires or is revoked meanwhile is given up within a second or two:
 * calls that run there fail as if the connection had been lost, transfers with it end with {@link
 * Code#CANCELLED}, and further calls are refused there until it shows a good certificate. A
 * reception is with every server to which a call has passed its stub, by itself or in a collection;
 * a transmission is with the server that has answered with the stub. Stubs that travel inside other
 * values are not seen.
 *
 * <p>Whoever connects a client closes it. Several clients, of one identity or of several, can live
 * in one JVM; they share no connection. Safe for use by several threads.
 */
public final class OutbandClient implements AutoCloseable {
  private final ServerPool pool;
  private final Optional<MemberWatch> watch;
  private final DataPlane dataPlane;
  private final Duration failoverDeadline;
  private final StandingWatch standing;
  private final KeepAlive keepAlive;
  private final ServerTransfers transfers;
  private final Transmitter transmitter;
  private final Retries retries;
  private final InbandCalls inband;
  private final String server;
  private final Directory directory;

  OutbandClient(
      KnownServers servers,
      DataPlane dataPlane,
      Duration failoverDeadline,
      RetryPolicy retryPolicy) {
    this.pool = servers.pool();
    this.watch = servers.watch();
    this.standing = servers.standing();
    this.keepAlive = servers.keepAlive();
    this.server = servers.first();
    this.dataPlane = dataPlane;
    this.failoverDeadline = failoverDeadline;
    this.retries = new Retries(retryPolicy, standing);
    this.transfers = new ServerTransfers(dataPlane, standing);
    this.inband = new InbandCalls(dataPlane);
    this.transmitter = new RoutedTransmitter(dataPlane, transfers, pool::addresses);
    this.directory = proxy(Directory.class, stub("directory", Directory.class));
  }

  /**
   * Starts to describe a client.
   *
   * @return a builder
   */
  public static OutbandClientBuilder builder() {
    return new OutbandClientBuilder();
  }

  /**
   * Finds a remote object. Blocks, at the longest for the call deadline.
   *
   * <p>Calls of what is returned throw what the server's object throws. Each call goes to one
   * server ({@link Balance} says which) and, if that one fails, to the next, as long as this does
   * no harm: if the call certainly never ran (the server was not reached, does not have the object,
   * said {@link Code#SHUTTING_DOWN}, or had no room for the call), or if its method is {@link
   * dev.outband.api.Idempotent}. Each server is asked once, and none any more when the failover
   * deadline has passed.
   *
   * <p>If a call fails in the end, a method that declares {@link TransferException} throws one
   * whose code says whether to try again: {@link Code#UNREACHABLE} if no server was ever asked,
   * {@link Code#CONNECTION_LOST} or {@link Code#TIMEOUT} if one may have done what it was asked for
   * (or was killed after an answer of less than 50 ms ago, so that nobody asked whether it is
   * alive), {@link Code#LIMIT_EXCEEDED} if no server would read so large a call. Any other method
   * throws a {@link RemoteException} with the same line, which every method declares: a stub throws
   * nothing that its method does not.
   *
   * @param name the name under which the server exported it
   * @param type the remote interface
   * @return a stub, which works as long as this client is open, also when the server was restarted
   *     meanwhile
   * @throws TransferException {@link Code#NOT_FOUND} if the server has no such name, or why it
   *     could not be asked
   * @throws RemoteException if one end no longer accepts the other's certificate
   * @throws IllegalArgumentException if the type is no remote interface whose values can travel, or
   *     a method of it does not declare {@link RemoteException}
   */
  public <T extends Remote> T lookup(String name, Class<T> type)
      throws TransferException, RemoteException {
    FailoverStub stub = stub(name, type);
    stub.bind();
    return proxy(type, stub);
  }

  /**
   * What can be looked up. Blocks, at the longest for the call deadline.
   *
   * @return the names, sorted
   * @throws RemoteException if the call fails
   */
  public List<String> names() throws RemoteException {
    return directory.names();
  }

  /**
   * The server processes of the cluster, with their loads of a moment ago: what this client has
   * learned from the last server that it asked. Does not block.
   *
   * @return the members, with a version that counts in this client alone; none if no server that
   *     was asked is in a cluster
   */
  public Members members() {
    return pool.members();
  }

  /**
   * Waits until the members are no longer those of a version. Blocks.
   *
   * @param version of members that this client answered before
   * @param limit how long to wait
   * @return the members when they have changed, or when the time has passed
   * @throws InterruptedException if the thread is interrupted
   */
  public Members awaitMembers(long version, Duration limit) throws InterruptedException {
    return pool.await(version, limit);
  }

  /**
   * Receives the bytes that a call asks for: opens a reception, makes the call and waits for the
   * receipt. After a failure that may pass it makes the call again, with another reception for the
   * same sink that begins behind the last verified byte, as often as the client's {@link
   * RetryPolicy} allows. Where the server has another content by then, or cannot resume, it starts
   * over. That the certificate of the server is not good any more is a failure that may pass, since
   * another server may have the object.
   *
   * <p>A large object may come over several data connections, see {@link
   * OutbandClientBuilder#streams}; it is asked for by one call, and is one transfer, all the same.
   *
   * <p>Blocks until the transfer has ended; an interrupt ends it.
   *
   * @param sink where the bytes go; owned by the transfer from now on, and discarded if it fails
   * @param call makes the call with the reception that it is given; may be made several times
   * @return the receipt of the attempt that completed the object: the sink has all bytes, verified
   * @throws TransferException why there is none. Of several failures without progress between them
   *     it has the code of the first, and says what the last one was
   * @throws RemoteException if the call itself fails for a reason that its method cannot tell in a
   *     {@link TransferException}; it is not made again
   * @throws InterruptedException if the thread is interrupted
   */
  public Receipt receive(Sink sink, ReceivingCall call)
      throws TransferException, RemoteException, InterruptedException {
    return receive(sink, call, new ReceiveObserver() {});
  }

  /**
   * As {@link #receive(Sink, ReceivingCall)}, for a caller that wants to watch the attempts, too.
   *
   * @param sink where the bytes go; owned by the transfer from now on, and discarded if it fails
   * @param call makes the call with the reception that it is given; may be made several times
   * @param observer told of each attempt
   * @return the receipt of the attempt that completed the object: the sink has all bytes, verified
   * @throws TransferException why there is none
   * @throws RemoteException if the call itself fails for a reason that its method cannot tell in a
   *     {@link TransferException}; it is not made again
   * @throws InterruptedException if the thread is interrupted
   */
  public Receipt receive(Sink sink, ReceivingCall call, ReceiveObserver observer)
      throws TransferException, RemoteException, InterruptedException {
    try (ReceptionSeries series = receptions().series(sink)) {
      return new Receiving(series, call, retries, observer).run();
    }
  }

  /**
   * As {@link #receive(Sink, ReceivingCall)}, over several streams beside each other, a stripe of
   * the object over each: for lines on which one connection is not enough, and to have several
   * servers send. The call is made for each stream, at once and by threads of their own, so with
   * {@link Balance#LEAST_LOADED} it goes to several servers; those that have the same content send.
   * A stripe that fails goes on from any of them. Where the content changes meanwhile, or servers
   * have different ones, the transfer starts over with one stream.
   *
   * <p>An object of less than 1 MiB, or one whose source has no content tag, comes over one stream.
   *
   * @param sink a file, or {@link Sink#discard}; owned by the transfer from now on, and discarded
   *     if it fails
   * @param streams how many, 1 to {@value dev.outband.api.Ticket#MAX_STREAMS}
   * @param call makes the call with the reception that it is given; called by several threads
   * @param observer told once of all streams as one transfer, and again if it starts over; and of
   *     each stripe's failures
   * @return one receipt for all stripes
   * @throws TransferException why there is none
   * @throws RemoteException if the call itself fails for a reason that its method cannot tell in a
   *     {@link TransferException}; it is not made again
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalArgumentException if the sink takes bytes in their order only, or the number of
   *     streams is out of its bounds
   */
  public Receipt receive(Sink sink, int streams, ReceivingCall call, ReceiveObserver observer)
      throws TransferException, RemoteException, InterruptedException {
    try (StripedSeries stripes = receptions().striped(sink, streams)) {
      return new StripedReceiving(stripes, call, retries, observer).run();
    }
  }

  /**
   * Transmits into a reception of the server's and waits for the receipt. Tries once.
   *
   * <p>Blocks until the transfer has ended; an interrupt cancels it.
   *
   * @param source where the bytes come from; closed at the end, whatever the outcome
   * @param reception what a call returned
   * @return the receipt: the server has all bytes, verified
   * @throws TransferException why there is none; after {@link Code#CONNECTION_LOST} the server may
   *     have the bytes all the same
   * @throws InterruptedException if the thread is interrupted
   */
  public Receipt transmit(Source source, ReceptionObject reception)
      throws TransferException, InterruptedException {
    return ended(transmitter.start(source, reception));
  }

  private static Receipt ended(Transmission transmission)
      throws TransferException, InterruptedException {
    try {
      return transmission.receipt().toCompletableFuture().get();
    } catch (InterruptedException e) {
      transmission.cancel("the transmitting thread was interrupted");
      throw e;
    } catch (ExecutionException e) {
      throw failure(transmission, e.getCause());
    }
  }

  /**
   * Transmits over several streams beside each other, and waits for the receipt; for the rest as
   * {@link #transmit(Source, ReceptionObject)}.
   *
   * @param source where the bytes come from; closed at the end, whatever the outcome
   * @param receptions what a call returned: the stubs of a {@link
   *     dev.outband.transport.StripedReception}, in their order
   * @return one receipt for all streams
   * @throws TransferException why there is none
   * @throws InterruptedException if the thread is interrupted
   */
  public Receipt transmit(Source source, List<? extends ReceptionObject> receptions)
      throws TransferException, InterruptedException {
    return ended(transmitter.start(source, receptions, Long.MAX_VALUE));
  }

  /**
   * Where this process allocates receptions, for programs that make the call by hand.
   *
   * @return the same at every call
   */
  public Receptions receptions() {
    return dataPlane.receptions();
  }

  /**
   * What sends into receptions of the servers, for programs that watch their transfers.
   *
   * @return the same at every call
   */
  public Transmitter transmitter() {
    return transmitter;
  }

  /**
   * The server that answered first, {@code host:port} as it was given to the builder.
   *
   * @return host and port of its control port
   */
  public String server() {
    return server;
  }

  /**
   * Where the data port listens.
   *
   * @return the bound address
   */
  public InetSocketAddress dataAddress() {
    return dataPlane.address();
  }

  /**
   * Ends the transfers that run, cuts the control connections, and gives the data port free.
   * Idempotent.
   */
  @Override
  public void close() {
    watch.ifPresent(MemberWatch::close);
    standing.close();
    keepAlive.close();
    pool.close();
    dataPlane.close();
  }

  private FailoverStub stub(String name, Class<? extends Remote> type) {
    return new FailoverStub(
        new StubType(name, type), pool, transfers, inband, failoverDeadline.toNanos());
  }

  private static <T extends Remote> T proxy(Class<T> type, FailoverStub stub) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, stub));
  }

  private static TransferException failure(Transmission transmission, Throwable cause) {
    return cause instanceof TransferException failure
        ? failure
        : new TransferException(
            Code.INTERNAL, "transfer failed unexpectedly", transmission.id(), cause);
  }
}

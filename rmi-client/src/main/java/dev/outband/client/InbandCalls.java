package dev.outband.client;

import dev.outband.api.Confirmation;
import dev.outband.api.Payload;
import dev.outband.api.ReceptionStub;
import dev.outband.transport.DataPlane;
import java.lang.reflect.Method;
import java.util.concurrent.Semaphore;

/**
 * Lets short objects ride in the replies of calls that answer with a confirmation, and brings them
 * to their receptions, before the caller sees the confirmation. Safe for use by several threads.
 *
 * <p>Such a reply is in memory as a whole, so there are places for as many longer ones at once as
 * an eighth of the heap holds. Calls beyond that are answered with objects of up to 64 KiB.
 */
final class InbandCalls {
  /** Up to that length a reply needs no place. */
  static final int WITHOUT_PLACE_BYTES = 64 << 10;

  private static final int SHARE_OF_HEAP = 8;

  /** The reply's own, and what a sink in memory makes of it. */
  private static final int COPIES = 2;

  private final DataPlane dataPlane;
  private final Semaphore places;

  InbandCalls(DataPlane dataPlane) {
    this(dataPlane, new Semaphore(places(Runtime.getRuntime().maxMemory())));
  }

  InbandCalls(DataPlane dataPlane, Semaphore places) {
    this.dataPlane = dataPlane;
    this.places = places;
  }

  /** How many replies with the longest payload may be in a heap at once; one at least. */
  static int places(long heapBytes) {
    long most = heapBytes / SHARE_OF_HEAP / COPIES / Payload.MAX_BYTES;
    return (int) Math.max(1, Math.min(most, Integer.MAX_VALUE));
  }

  /** What to call with. To be closed when what the answer brought has been delivered. */
  final class Offer implements AutoCloseable {
    private final Object[] arguments;
    private int taken;

    private Offer(Object[] arguments) {
      this.arguments = arguments;
    }

    Object[] arguments() {
      return arguments;
    }

    private ReceptionStub offer(ReceptionStub stub) {
      ReceptionStub offered = dataPlane.offerInband(stub);
      if (offered.inbandBytes() <= WITHOUT_PLACE_BYTES) {
        return offered;
      }
      if (!places.tryAcquire()) {
        return offered.withInband(WITHOUT_PLACE_BYTES);
      }
      taken++;
      return offered;
    }

    @Override
    public void close() {
      places.release(taken);
      taken = 0;
    }
  }

  /** The arguments to call with. */
  Offer offer(Method method, Object[] arguments) {
    if (arguments == null || method.getReturnType() != Confirmation.class) {
      return new Offer(arguments);
    }
    Object[] offered = arguments.clone();
    Offer offer = new Offer(offered);
    for (int i = 0; i < offered.length; i++) {
      if (offered[i] instanceof ReceptionStub stub) {
        offered[i] = offer.offer(stub);
      }
    }
    return offer;
  }

  /** The answer to a call; what it brought has arrived, or its reception has failed. */
  Object delivered(Object[] arguments, Object answer) {
    if (answer instanceof Confirmation confirmation && arguments != null) {
      for (Object argument : arguments) {
        if (argument instanceof ReceptionStub stub
            && stub.ticket().id().equals(confirmation.transferId())) {
          dataPlane.deliver(stub, confirmation);
        }
      }
    }
    return answer;
  }
}

package dev.outband.client;

import dev.outband.api.Confirmation;
import dev.outband.api.Payload;
import dev.outband.api.ReceptionStub;
import dev.outband.security.BytesAhead;
import dev.outband.transport.DataPlane;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * Lets short objects come with the replies of calls that answer with a confirmation, and brings
 * them to their receptions, before the caller sees the confirmation. Safe for use by several
 * threads.
 *
 * <p>What comes {@linkplain BytesAhead ahead} of a reply is in memory as a whole until the
 * confirmation proves it, so there are places of 64 KiB for as many as an eighth of the heap holds.
 * A call for which there are not enough is answered with an object of up to 64 KiB, or, if there is
 * none, of up to 8 KiB.
 */
final class InbandCalls {
  /** Up to that length an object needs no place: it is in the confirmation. */
  static final int WITHOUT_PLACE_BYTES = Payload.MAX_BYTES;

  static final int PLACE_BYTES = 64 << 10;

  private static final int SHARE_OF_HEAP = 8;

  /** Its own, and what a sink in memory makes of it. */
  private static final int COPIES = 2;

  private final DataPlane dataPlane;
  private final Semaphore places;

  /**
   * What objects came in, for those to come: to make such an array, and so to clear it, takes
   * longer than to fill it.
   */
  private final BlockingQueue<SoftReference<byte[]>> spare =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  InbandCalls(DataPlane dataPlane) {
    this(dataPlane, new Semaphore(places(Runtime.getRuntime().maxMemory())));
  }

  InbandCalls(DataPlane dataPlane, Semaphore places) {
    this.dataPlane = dataPlane;
    this.places = places;
  }

  /** How many are for a heap; one at least. */
  static int places(long heapBytes) {
    long most = heapBytes / SHARE_OF_HEAP / COPIES / PLACE_BYTES;
    return (int) Math.max(1, Math.min(most, Integer.MAX_VALUE));
  }

  /** What to call with. To be closed when what the answer brought has been delivered. */
  final class Offer implements BytesAhead.Taker, AutoCloseable {
    private final Object[] arguments;
    private final List<Room> rooms = new ArrayList<>();
    private int taken;

    private Offer(Object[] arguments) {
      this.arguments = arguments;
    }

    Object[] arguments() {
      return arguments;
    }

    private ReceptionStub offer(ReceptionStub stub) {
      ReceptionStub offered = dataPlane.offerInband(stub);
      int wanted = offered.inbandBytes();
      if (wanted <= WITHOUT_PLACE_BYTES) {
        return offered;
      }
      int count = (wanted + PLACE_BYTES - 1) / PLACE_BYTES;
      if (places.tryAcquire(count)) {
        return offered(offered, wanted, count);
      }
      if (places.tryAcquire()) {
        return offered(offered, PLACE_BYTES, 1);
      }
      return offered.withInband(WITHOUT_PLACE_BYTES);
    }

    private ReceptionStub offered(ReceptionStub stub, int most, int count) {
      taken += count;
      rooms.add(new Room(stub.ticket().id(), most));
      return stub.withInband(most);
    }

    /** Another attempt: what came for the one before is void. */
    void again() {
      rooms.forEach(room -> room.isFilled = false);
    }

    @Override
    public byte[] room(UUID id, int length) throws IOException {
      Room room = find(id);
      if (room == null) {
        throw new IOException("bytes ahead of the reply were not asked for, transfer=" + id);
      }
      if (length > room.mostBytes) {
        throw new IOException(
            "bytes ahead of the reply must be at most " + room.mostBytes + ", not " + length);
      }
      return room.of(length);
    }

    @Override
    public void taken(UUID id) {
      find(id).isFilled = true;
    }

    private Room find(UUID id) {
      return rooms.stream().filter(room -> room.id.equals(id)).findFirst().orElse(null);
    }

    /** Has what the answer to the call brought arrive, or its reception fail. */
    void deliver(Object[] asked, Object answer) {
      if (!(answer instanceof Confirmation confirmation) || asked == null) {
        return;
      }
      for (Object argument : asked) {
        if (argument instanceof ReceptionStub stub
            && stub.ticket().id().equals(confirmation.transferId())) {
          deliver(stub, confirmation);
        }
      }
    }

    private void deliver(ReceptionStub stub, Confirmation confirmation) {
      Room room = find(confirmation.transferId());
      boolean isAhead =
          confirmation.bytes() > confirmation.offset() && confirmation.payload().length() == 0;
      if (isAhead && room != null && room.isFilled) {
        dataPlane.deliver(stub, confirmation, ByteBuffer.wrap(room.bytes, 0, room.length));
      } else {
        dataPlane.deliver(stub, confirmation);
      }
    }

    @Override
    public void close() {
      rooms.forEach(Room::giveBack);
      places.release(taken);
      taken = 0;
      rooms.clear();
    }
  }

  /** For what comes ahead of a reply, for one reception. */
  private final class Room {
    private final UUID id;
    private final int mostBytes;
    private byte[] bytes;
    private int length;
    private boolean isFilled;

    Room(UUID id, int mostBytes) {
      this.id = id;
      this.mostBytes = mostBytes;
    }

    byte[] of(int count) {
      isFilled = false;
      length = count;
      if (bytes == null) {
        SoftReference<byte[]> used = spare.poll();
        bytes = used == null ? null : used.get();
      }
      if (bytes == null || bytes.length < count) {
        bytes = new byte[count];
      }
      return bytes;
    }

    void giveBack() {
      if (bytes != null && !spare.offer(new SoftReference<>(bytes))) {
        // There are enough.
        bytes = null;
      }
    }
  }

  /** The arguments to call with. */
  Offer offer(Method method, Object[] arguments) {
    if (arguments == null) {
      return new Offer(null);
    }
    boolean answers = method.getReturnType() == Confirmation.class;
    Object[] offered = arguments.clone();
    Offer offer = new Offer(offered);
    for (int i = 0; i < offered.length; i++) {
      if (offered[i] instanceof ReceptionStub stub) {
        offered[i] = answers ? offer.offer(stub) : narrowed(stub);
      }
    }
    return offer;
  }

  /** Nothing comes ahead of a reply that has no confirmation, not even for another process. */
  private static ReceptionStub narrowed(ReceptionStub stub) {
    return stub.withInband(Math.min(stub.inbandBytes(), WITHOUT_PLACE_BYTES));
  }
}

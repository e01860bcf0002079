package dev.outband.api;

import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * What stands for a {@link ReceptionStub} or a {@link Confirmation} in a serialized stream: one
 * class whose numbers and texts follow each other, where the records' own form would bring a dozen
 * classes, each to be described, looked up and filtered. Reading one makes the record again, by its
 * constructor, so its bounds hold.
 *
 * <p>For serialization alone; programs have no use for it.
 */
public final class WireForm implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int STUB = 1;
  private static final int CONFIRMATION = 2;

  private static final int BINDING_BYTES = 32;

  private transient Serializable value;

  WireForm(Serializable value) {
    this.value = value;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    if (value instanceof ReceptionStub stub) {
      out.writeByte(STUB);
      write(out, stub);
    } else if (value instanceof Confirmation confirmation) {
      out.writeByte(CONFIRMATION);
      write(out, confirmation);
    } else {
      throw new InvalidObjectException("no wire form of " + value.getClass().getName());
    }
  }

  private void readObject(ObjectInputStream in) throws IOException {
    int kind = in.readByte();
    try {
      value =
          switch (kind) {
            case STUB -> readStub(in);
            case CONFIRMATION -> readConfirmation(in);
            default -> throw new InvalidObjectException("no wire form has kind " + kind);
          };
    } catch (IllegalArgumentException e) {
      throw invalid(e);
    }
  }

  private static InvalidObjectException invalid(IllegalArgumentException e) {
    InvalidObjectException invalid = new InvalidObjectException(e.getMessage());
    invalid.initCause(e);
    return invalid;
  }

  private Object readResolve() {
    return value;
  }

  private static void write(ObjectOutputStream out, ReceptionStub stub) throws IOException {
    out.writeByte(stub.endpoints().size());
    for (Endpoint endpoint : stub.endpoints()) {
      write(out, endpoint);
    }
    Ticket ticket = stub.ticket();
    write(out, ticket.id());
    out.write(ticket.secret().expose());
    write(out, ticket.direction());
    write(out, ticket.floor());
    out.writeLong(ticket.byteLimit());
    out.writeLong(ticket.offset());
    writeText(out, ticket.contentTag());
    out.writeByte(ticket.stream());
    out.writeByte(ticket.streams());
    out.writeInt(stub.inbandBytes());
    writeFurther(out, stub.further());
  }

  private static void writeFurther(ObjectOutputStream out, List<FurtherStream> further)
      throws IOException {
    out.writeByte(further.size());
    if (further.isEmpty()) {
      return;
    }
    out.writeByte(further.get(0).streams());
    for (FurtherStream one : further) {
      out.writeByte(one.stream());
      out.writeLong(one.offset());
    }
  }

  private static List<FurtherStream> readFurther(ObjectInputStream in) throws IOException {
    int count = in.readUnsignedByte();
    Checks.between("further streams", count, 0, Ticket.MAX_STREAMS - 1L);
    if (count == 0) {
      return List.of();
    }
    int streams = in.readUnsignedByte();
    List<FurtherStream> further = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      further.add(new FurtherStream(in.readUnsignedByte(), streams, in.readLong()));
    }
    return further;
  }

  private static ReceptionStub readStub(ObjectInputStream in) throws IOException {
    int count = in.readUnsignedByte();
    Checks.between("endpoints", count, 1, ReceptionStub.MAX_ENDPOINTS);
    List<Endpoint> endpoints = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      endpoints.add(readEndpoint(in));
    }
    Ticket ticket =
        new Ticket(
            readId(in),
            Secret.of(readBytes(in, Secret.BYTES)),
            read(in, Direction.values()),
            read(in, Protection.values()),
            in.readLong(),
            in.readLong(),
            readText(in),
            in.readUnsignedByte(),
            in.readUnsignedByte());
    return new ReceptionStub(endpoints, ticket, in.readInt(), readFurther(in));
  }

  private static void write(ObjectOutputStream out, Confirmation confirmation) throws IOException {
    writeOne(out, confirmation);
    out.writeByte(confirmation.further().size());
    for (Confirmation one : confirmation.further()) {
      writeOne(out, one);
    }
  }

  private static Confirmation readConfirmation(ObjectInputStream in) throws IOException {
    Confirmation first = readOne(in);
    int count = in.readUnsignedByte();
    Checks.between("further confirmations", count, 0, Ticket.MAX_STREAMS - 1L);
    if (count == 0) {
      return first;
    }
    List<Confirmation> further = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      further.add(readOne(in));
    }
    return first.withFurther(further);
  }

  private static void writeOne(ObjectOutputStream out, Confirmation confirmation)
      throws IOException {
    write(out, confirmation.transferId());
    write(out, confirmation.mode());
    write(out, confirmation.protection());
    out.writeLong(confirmation.bytes());
    out.writeLong(confirmation.offset());
    writeText(out, confirmation.contentTag());
    write(out, confirmation.endpoint());
    out.write(HexFormat.of().parseHex(confirmation.binding()));
    byte[] payload = confirmation.payload().kept();
    out.writeInt(payload.length);
    out.write(payload);
  }

  private static Confirmation readOne(ObjectInputStream in) throws IOException {
    return new Confirmation(
        readId(in),
        read(in, Mode.values()),
        read(in, Protection.values()),
        in.readLong(),
        in.readLong(),
        readText(in),
        readEndpoint(in),
        HexFormat.of().formatHex(readBytes(in, BINDING_BYTES)),
        readPayload(in));
  }

  private static Payload readPayload(ObjectInputStream in) throws IOException {
    int length = in.readInt();
    Checks.between("payload bytes", length, 0, Payload.MAX_BYTES);
    return length == 0 ? Payload.NONE : Payload.keeping(readBytes(in, length));
  }

  private static void write(ObjectOutputStream out, Endpoint endpoint) throws IOException {
    writeText(out, endpoint.host());
    out.writeShort(endpoint.port());
  }

  private static Endpoint readEndpoint(ObjectInputStream in) throws IOException {
    return new Endpoint(readText(in), in.readUnsignedShort());
  }

  private static void write(ObjectOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static UUID readId(ObjectInputStream in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }

  @SuppressWarnings("EnumOrdinal") // the order is on the wire; WireFormTest freezes it
  private static void write(ObjectOutputStream out, Enum<?> constant) throws IOException {
    out.writeByte(constant.ordinal());
  }

  private static <E extends Enum<E>> E read(ObjectInputStream in, E[] constants)
      throws IOException {
    int ordinal = in.readUnsignedByte();
    Checks.between(
        constants[0].getDeclaringClass().getSimpleName(), ordinal, 0, constants.length - 1L);
    return constants[ordinal];
  }

  /** Of at most 255 characters, each a byte: addresses and content tags. */
  private static void writeText(ObjectOutputStream out, String text) throws IOException {
    out.writeByte(text.length());
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String readText(ObjectInputStream in) throws IOException {
    return new String(readBytes(in, in.readUnsignedByte()), StandardCharsets.ISO_8859_1);
  }

  private static byte[] readBytes(ObjectInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}

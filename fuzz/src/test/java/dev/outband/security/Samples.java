package dev.outband.security;

import dev.outband.api.Code;
import dev.outband.api.Confirmation;
import dev.outband.api.Direction;
import dev.outband.api.Endpoint;
import dev.outband.api.FurtherStream;
import dev.outband.api.Member;
import dev.outband.api.Members;
import dev.outband.api.Mode;
import dev.outband.api.Payload;
import dev.outband.api.Protection;
import dev.outband.api.Receipt;
import dev.outband.api.ReceptionStub;
import dev.outband.api.Secret;
import dev.outband.api.Ticket;
import dev.outband.api.TransferException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** One of each value that crosses the control connection. */
final class Samples {
  static final Ticket TICKET =
      new Ticket(
          new UUID(1, 2),
          Secret.of(new byte[Secret.BYTES]),
          Direction.TO_LISTENER,
          Protection.PRIVACY,
          1 << 20,
          7,
          "tag",
          1,
          4);
  static final ReceptionStub STUB =
      new ReceptionStub(
          List.of(Endpoint.observed(7098), new Endpoint("10.0.0.5", 7098)),
          TICKET,
          65_536,
          List.of(new FurtherStream(3, 4, 9)));
  static final Receipt RECEIPT =
      new Receipt(
          new UUID(1, 2),
          10,
          0,
          "ab".repeat(32),
          Duration.ofMillis(3),
          Mode.ACTIVE,
          Protection.PRIVACY);
  static final Members MEMBERS =
      new Members(
          3,
          List.of(
              new Member(
                  "server:files",
                  "cd".repeat(32),
                  new Endpoint("10.0.0.5", 7099),
                  new Endpoint("10.0.0.5", 7098),
                  List.of("archive", "files"),
                  2,
                  Instant.ofEpochMilli(1))));
  static final TransferException FAILURE =
      new TransferException(Code.NO_SPACE, "the disk is full", new UUID(1, 2), null);

  private Samples() {}

  /** With so many bytes of payload; none for a transfer over a data connection. */
  static Confirmation confirmation(int bytes) {
    return bytes == 0 ? one(0).withFurther(List.of(one(0))) : one(bytes);
  }

  /** Of an object that went ahead of the reply. */
  static Confirmation ahead(int bytes) {
    return one(bytes, Payload.NONE);
  }

  private static Confirmation one(int bytes) {
    return one(bytes, new Payload(new byte[bytes]));
  }

  private static Confirmation one(int bytes, Payload payload) {
    return new Confirmation(
        new UUID(1, 2),
        bytes == 0 ? Mode.ACTIVE : Mode.INBAND,
        Protection.PRIVACY,
        7 + bytes,
        7,
        "tag",
        new Endpoint("10.0.0.5", 7098),
        "ab".repeat(32),
        payload);
  }
}

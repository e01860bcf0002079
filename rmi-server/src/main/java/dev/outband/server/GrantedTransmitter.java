package dev.outband.server;

import dev.outband.api.Confirmation;
import dev.outband.api.Payload;
import dev.outband.api.ReceptionObject;
import dev.outband.api.ReceptionStub;
import dev.outband.api.TransferException;
import dev.outband.security.Grant;
import dev.outband.transport.Source;
import dev.outband.transport.Transmission;
import dev.outband.transport.Transmitter;

/**
 * Sends for the running call, within what the policy grants it. The floor is put into the tickets
 * that the transport is given, and it is told how much may be sent: it keeps to both by itself.
 */
final class GrantedTransmitter implements Transmitter {
  private final Transmitter transmitter;
  private final Accounts accounts;

  GrantedTransmitter(Transmitter transmitter, Accounts accounts) {
    this.transmitter = transmitter;
    this.accounts = accounts;
  }

  @Override
  public Transmission send(Source source, ReceptionObject reception, long bytesPerSecond, long most)
      throws TransferException {
    Place place;
    try {
      RunningCall call = RunningCall.current().orElseThrow(GrantedTransmitter::noCall);
      Account account = accounts.of(call);
      place = new Place(call, account, opened(account, call), bytesPerSecond, most);
    } catch (TransferException | RuntimeException e) {
      source.close();
      throw e;
    }
    return start(source, reception, place);
  }

  /** What a transfer has before it starts. */
  private record Place(
      RunningCall call,
      Account account,
      Account.Share share,
      long askedBytesPerSecond,
      long askedBytes) {
    Grant grant() {
      return call.decision().grant();
    }

    long left() {
      return Math.min(askedBytes, share.bytes());
    }

    long bytesPerSecond() {
      return Math.min(askedBytesPerSecond, share.bytesPerSecond());
    }
  }

  private Account.Share opened(Account account, RunningCall call) throws TransferException {
    try {
      return accounts.open(account, call);
    } catch (TransferException e) {
      call.deny("transfer").reason(e.getMessage()).write();
      throw e;
    }
  }

  private Transmission start(Source source, ReceptionObject reception, Place place)
      throws TransferException {
    Transmission transmission;
    try {
      transmission =
          transmitter.send(source, granted(reception, place), place.bytesPerSecond(), place.left());
    } catch (TransferException | RuntimeException e) {
      place.account().abandon();
      accounts.running().leave(place.call());
      if (e instanceof TransferException refusal) {
        audit(place.call(), refusal);
      }
      throw e;
    }
    charge(transmission, place);
    accounts.running().add(transmission, place.call());
    Confirmation confirmation = transmission.confirmation();
    place
        .call()
        .allow("transfer")
        .transfer(transmission.id())
        .level(confirmation.protection())
        .write();
    return transmission;
  }

  private void charge(Transmission transmission, Place place) throws TransferException {
    long total = transmission.totalBytes();
    long bytes = total == Confirmation.UNKNOWN_LENGTH ? place.left() : total;
    try {
      place.account().started(transmission, bytes, place.grant());
    } catch (TransferException e) {
      accounts.running().leave(place.call());
      transmission.cancel(e.getMessage());
      place.call().deny("transfer").transfer(transmission.id()).reason(e.getMessage()).write();
      throw e;
    }
  }

  private static void audit(RunningCall call, TransferException refusal) {
    switch (refusal.code()) {
      case FORBIDDEN, PROTECTION_TOO_LOW, LIMIT_EXCEEDED, NOT_PROVEN ->
          call.deny("transfer").transfer(refusal.transferId()).reason(refusal.getMessage()).write();
      default -> {
        // It failed; nobody denied it.
      }
    }
  }

  private static ReceptionObject granted(ReceptionObject reception, Place place) {
    if (!(reception instanceof ReceptionStub stub)) {
      return reception;
    }
    ReceptionStub granted =
        stub.withFloor(GrantedReceptions.higher(stub.ticket().floor(), place.grant().floor()));
    // What goes ahead of the reply is gone before it is charged, so it goes to those alone who may
    // have as much as they like; and to those alone whose own reply it is.
    return place.share().bytes() == Account.UNLIMITED
            && place.call().answered().contains(stub.ticket().id())
        ? granted
        : granted.withInband(Math.min(granted.inbandBytes(), Payload.MAX_BYTES));
  }

  private static IllegalStateException noCall() {
    return new IllegalStateException("no remote call runs on this thread");
  }
}

package dev.outband.cli;

import dev.outband.security.Identity;
import dev.outband.security.IdentityException;
import java.nio.file.Path;

/** Finds the identity that a command acts under. */
final class Identities {

  private Identities() {}

  /** The identity of the option; if it was not given, null, that of the surroundings. */
  static Identity load(Path option, Surroundings surroundings)
      throws CommandException, IdentityException {
    if (option != null) {
      return Identity.load(option);
    }
    if (surroundings.identityFolder().isEmpty()) {
      throw new CommandException(
          ExitCode.REFUSED, "no identity: give --identity DIR or set OUTBAND_IDENTITY");
    }
    return Identity.load(Path.of(surroundings.identityFolder()));
  }
}

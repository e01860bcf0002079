package dev.outband.security;

import static dev.outband.security.PeerRefusedException.Reason.EXPIRED;
import static dev.outband.security.PeerRefusedException.Reason.NOT_YET_VALID;
import static dev.outband.security.PeerRefusedException.Reason.NO_CERTIFICATE;
import static dev.outband.security.PeerRefusedException.Reason.PROTOCOL;
import static dev.outband.security.PeerRefusedException.Reason.REFUSED_BY_PEER;
import static dev.outband.security.PeerRefusedException.Reason.REVOKED;
import static dev.outband.security.PeerRefusedException.Reason.UNTRUSTED;
import static dev.outband.security.PeerRefusedException.Reason.WEAK;
import static dev.outband.security.PeerRefusedException.Reason.WRONG_HOST;
import static dev.outband.security.PeerRefusedException.Reason.WRONG_KEY;
import static dev.outband.security.PeerRefusedException.Reason.WRONG_ROLE;
import static dev.outband.security.PeerRefusedException.Reason.WRONG_USE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class VerdictTest {

  @Test
  void shouldKeepTheNumbersThatAreOnTheWire() {
    assertThat(PeerRefusedException.Reason.values())
        .startsWith(
            NO_CERTIFICATE,
            UNTRUSTED,
            EXPIRED,
            NOT_YET_VALID,
            REVOKED,
            WEAK,
            WRONG_USE,
            WRONG_ROLE,
            WRONG_HOST,
            REFUSED_BY_PEER,
            PROTOCOL,
            WRONG_KEY);
    assertThat(Verdict.of(NO_CERTIFICATE)).isEqualTo(1);
    assertThat(Verdict.WELCOME).isZero();
  }
}

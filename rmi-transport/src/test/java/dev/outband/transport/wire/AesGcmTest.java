package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@EnabledOnOs(
    value = OS.LINUX,
    architectures = {"amd64", "aarch64"},
    disabledReason = "the provider has native code for these")
class AesGcmTest {

  private static final Provider CORRETTO = AesGcm.Corretto.FOUND.orElseThrow();
  private static final Provider JDK = Security.getProvider("SunJCE");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 4096, 65_535, 262_144})
  void shouldSealAndOpenWhatTheJdkSealsAndOpens(int bytes) throws Exception {
    byte[] plain = new byte[bytes];
    new Random(bytes).nextBytes(plain);
    byte[] sealed = run(CORRETTO, Cipher.ENCRYPT_MODE, plain);
    assertThat(sealed).isEqualTo(run(JDK, Cipher.ENCRYPT_MODE, plain)).hasSize(bytes + 16);
    assertThat(run(CORRETTO, Cipher.DECRYPT_MODE, sealed)).isEqualTo(plain);
  }

  @Test
  void shouldRefuseWhatWasTouched() throws Exception {
    byte[] sealed = run(JDK, Cipher.ENCRYPT_MODE, new byte[100]);
    for (int i = 0; i < sealed.length; i++) {
      byte[] touched = sealed.clone();
      touched[i] ^= 1;
      assertThatThrownBy(() -> run(CORRETTO, Cipher.DECRYPT_MODE, touched))
          .isInstanceOf(AEADBadTagException.class);
    }
    assertThatThrownBy(() -> run(CORRETTO, Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, 7)))
        .isInstanceOf(AEADBadTagException.class);
  }

  @Test
  void shouldRefuseToSealTwiceUnderOneNonce() throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", CORRETTO);
    init(cipher, Cipher.ENCRYPT_MODE);
    cipher.doFinal(new byte[1]);
    assertThatThrownBy(() -> init(cipher, Cipher.ENCRYPT_MODE))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void shouldChooseItUnlessItMayNotAndInstallItForNobodyElse() {
    assertThat(chosen(true)).isEqualTo(CORRETTO);
    assertThat(chosen(false)).isEqualTo(JDK);
    assertThat(Security.getProvider(CORRETTO.getName())).isNull();
  }

  private static Provider chosen(boolean mayBeNative) {
    AesGcm aes = new AesGcm(mayBeNative);
    assertThat(aes.cipher().getProvider()).as("before").isEqualTo(JDK);
    aes.choose();
    return aes.cipher().getProvider();
  }

  private static byte[] run(Provider provider, int mode, byte[] input)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
    init(cipher, mode);
    return cipher.doFinal(input, 0, input.length);
  }

  private static void init(Cipher cipher, int mode) throws GeneralSecurityException {
    cipher.init(
        mode, new SecretKeySpec(new byte[32], "AES"), new GCMParameterSpec(128, new byte[12]));
    cipher.updateAAD(new byte[] {1, 2, 3});
  }
}

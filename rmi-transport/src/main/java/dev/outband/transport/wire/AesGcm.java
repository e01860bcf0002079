package dev.outband.transport.wire;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the AES-256-GCM of segments comes from: the JDK, or the Amazon Corretto Crypto Provider,
 * which is twice as fast as that of a JDK before 18 and hardly faster than a later one's, and makes
 * a fifth of the garbage or less on each.
 *
 * <p>The provider is used if it is on the class path, has native code for this machine and seals as
 * the JDK does. It is used here alone: nothing is installed for others to find. Safe for use by
 * several threads.
 */
public final class AesGcm {

  /** Always the JDK's. */
  public static final AesGcm JDK = new AesGcm(false);

  private static final Logger LOG = LoggerFactory.getLogger(AesGcm.class);
  private static final String NAME = "AES/GCM/NoPadding";
  private static final String CORRETTO =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
  private static final int SAMPLE_BYTES = 1_000;

  private final boolean mayBeNative;

  /** Null as long as it is the JDK's. */
  private volatile Provider chosen;

  /**
   * The JDK's, until {@link #choose} finds a better one.
   *
   * @param mayBeNative whether it may
   */
  public AesGcm(boolean mayBeNative) {
    this.mayBeNative = mayBeNative;
  }

  /** A new cipher from what is the best now; one that was made before {@link #choose} stays. */
  Cipher cipher() {
    return cipher(chosen);
  }

  /**
   * Looks for the better one, and takes it for all ciphers that are made from now on. Blocks, half
   * a second if there is one; idempotent.
   */
  public void choose() {
    if (mayBeNative && chosen == null) {
      chosen = Corretto.FOUND.orElse(null);
    }
  }

  /** The JDK's, found once: to choose among the providers takes as long as a short frame. */
  private static final class Standard {
    static final Provider PROVIDER = find();

    private Standard() {}

    private static Provider find() {
      try {
        Cipher cipher = Cipher.getInstance(NAME);
        // Only then is it one that takes such a key.
        initWithSampleKey(cipher);
        return cipher.getProvider();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("no " + NAME, e);
      }
    }
  }

  /** Looked for once in a process, since it is loaded once in a process. */
  static final class Corretto {
    static final Optional<Provider> FOUND = find();

    private Corretto() {}

    private static Optional<Provider> find() {
      try {
        Optional<Provider> found =
            ServiceLoader.load(Provider.class, AesGcm.class.getClassLoader()).stream()
                .filter(candidate -> CORRETTO.equals(candidate.type().getName()))
                .findFirst()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> Arrays.equals(sample(provider), sample(null)));
        LOG.debug("AES-GCM, provider={}", found.map(Provider::getInfo).orElse("the JDK's"));
        return found;
      } catch (ServiceConfigurationError
          | LinkageError
          | IllegalStateException
          | IllegalCallerException e) {
        LOG.info("AES-GCM stays the JDK's, reason={}", e.toString());
        return Optional.empty();
      }
    }
  }

  private static byte[] sample(Provider from) {
    try {
      Cipher cipher = cipher(from);
      initWithSampleKey(cipher);
      cipher.updateAAD(new byte[FrameHeader.BYTES]);
      return cipher.doFinal(new byte[SAMPLE_BYTES]);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a sample", e);
    }
  }

  private static void initWithSampleKey(Cipher cipher) throws GeneralSecurityException {
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(new byte[KeySchedule.KEY_BYTES], "AES"),
        new GCMParameterSpec(8 * FrameHeader.TAG_BYTES, new byte[KeySchedule.NONCE_BYTES]));
  }

  private static Cipher cipher(Provider from) {
    try {
      return Cipher.getInstance(NAME, from == null ? Standard.PROVIDER : from);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no " + NAME, e);
    }
  }
}

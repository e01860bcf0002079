package dev.outband.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(10)
class HkdfTest {

  private static final HexFormat HEX = HexFormat.of();

  /** RFC 5869, appendix A: the cases with SHA-256. */
  record Case(
      String name, String ikm, String salt, String info, int length, String prk, String okm) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> rfc5869() {
    return List.of(
        new Case(
            "A.1",
            "0b".repeat(22),
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            42,
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        new Case(
            "A.2",
            counting(0x00, 80),
            counting(0x60, 80),
            counting(0xb0, 80),
            82,
            "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                + "cc30c58179ec3e87c14c01d5c1f3434f1d87"),
        new Case(
            "A.3",
            "0b".repeat(22),
            "",
            "",
            42,
            "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
  }

  private static String counting(int from, int count) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < count; i++) {
      hex.append(HEX.toHexDigits((byte) (from + i)));
    }
    return hex.toString();
  }

  @ParameterizedTest
  @MethodSource("rfc5869")
  void shouldGiveTheValuesOfTheRfc(Case of) {
    byte[] prk = Hkdf.extract(HEX.parseHex(of.salt), HEX.parseHex(of.ikm));
    assertThat(HEX.formatHex(prk)).isEqualTo(of.prk);
    assertThat(HEX.formatHex(new Hkdf.Key(prk).expand(HEX.parseHex(of.info), of.length)))
        .isEqualTo(of.okm);
  }

  @Test
  void shouldSeparateLabelsContextsAndLengths() {
    byte[] prk = new byte[Hkdf.HASH_BYTES];
    String one = HEX.formatHex(new Hkdf.Key(prk).expandLabel("ab", new byte[0], 16));
    assertThat(HEX.formatHex(new Hkdf.Key(prk).expandLabel("a", new byte[] {'b'}, 16)))
        .isNotEqualTo(one);
    assertThat(HEX.formatHex(new Hkdf.Key(prk).expandLabel("ab", new byte[1], 16)))
        .isNotEqualTo(one);
    assertThat(HEX.formatHex(new Hkdf.Key(prk).expandLabel("ab", new byte[0], 32)))
        .doesNotStartWith(one);
  }
}

package dev.outband.security;

/** What a certificate is presented for: an extended key usage of RFC 5280, section 4.2.1.12. */
enum Use {
  SERVER_AUTH("serverAuth", "1.3.6.1.5.5.7.3.1"),
  CLIENT_AUTH("clientAuth", "1.3.6.1.5.5.7.3.2");

  private final String label;
  private final String oid;

  Use(String label, String oid) {
    this.label = label;
    this.oid = oid;
  }

  String label() {
    return label;
  }

  String oid() {
    return oid;
  }
}

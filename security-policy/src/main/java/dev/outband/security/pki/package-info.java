/**
 * The certificate authority of a trust domain; {@link
 * dev.outband.security.pki.CertificateAuthority} is the whole of it. Used by those who set up a
 * domain and by nobody who runs in it.
 */
package dev.outband.security.pki;

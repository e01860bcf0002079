/**
 * What crosses the wire between a client and a server: remote contracts, values and error codes.
 *
 * <p>Start at {@link dev.outband.api.ReceptionObject}: a remote interface of yours takes one as a
 * parameter to send bulk data, or returns one to receive it, and answers with a {@link
 * dev.outband.api.Confirmation}.
 */
package dev.outband.api;

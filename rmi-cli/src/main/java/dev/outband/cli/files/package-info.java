/**
 * A remote file service over one folder: a worked example of a user's own remote interface.
 *
 * <p>Start at {@link dev.outband.cli.files.FileService}; {@link dev.outband.cli.files.FileServer}
 * serves it.
 */
package dev.outband.cli.files;

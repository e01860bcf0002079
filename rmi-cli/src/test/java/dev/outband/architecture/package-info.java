/**
 * The rules that the whole tree keeps: arrows between modules, packages, sockets, statics, Javadoc.
 *
 * <p>They stand in the topmost module because only its tests see every library module.
 */
package dev.outband.architecture;

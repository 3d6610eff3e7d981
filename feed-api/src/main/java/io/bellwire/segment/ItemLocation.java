package io.bellwire.segment;

/**
 * Where an item is in its segment. Immutable.
 *
 * @param offset where it begins, in bytes from the beginning of the file
 * @param length its length in bytes
 */
record ItemLocation(int offset, int length) {}

/**
 * The log in append-only files: segments of checksummed records, one write and one sync a batch, nothing overwritten.
 */
@NullMarked
package io.bellwire.segment;

import org.jspecify.annotations.NullMarked;

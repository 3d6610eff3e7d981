/**
 * Many devices at once, an order source, faults, and the proof. What the server acknowledged to the order source is the
 * truth; what each device applied is its journal, kept outside the device; the verifier compares the two.
 */
@NullMarked
package io.bellwire.fleet;

import org.jspecify.annotations.NullMarked;

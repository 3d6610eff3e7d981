/**
 * Conformance: numbered cases, each of which checks one rule of the protocol against any server that runs. A case knows
 * the wire contract alone, brings its own fresh devices, disables them when it is over, and says in one line what it
 * expected and what came.
 */
@NullMarked
package io.bellwire.certify;

import org.jspecify.annotations.NullMarked;

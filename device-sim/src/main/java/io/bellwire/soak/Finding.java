package io.bellwire.soak;

/**
 * The result of one rule. Immutable.
 *
 * @param what the figures that decided it
 */
record Finding(boolean isGood, String rule, String what) {}

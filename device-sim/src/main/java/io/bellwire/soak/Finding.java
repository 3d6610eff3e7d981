package io.bellwire.soak;

/**
 * What one rule came to. Immutable.
 *
 * @param what the figures that it was decided by
 */
record Finding(boolean isGood, String rule, String what) {}

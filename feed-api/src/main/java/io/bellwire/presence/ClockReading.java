package io.bellwire.presence;

/**
 * One moment as two clocks show it. Immutable.
 *
 * @param atMillis the wall clock, milliseconds since 1970; used in events and stored times
 * @param elapsedMillis milliseconds since some start; used for waits, which a change of the wall clock must not affect
 */
record ClockReading(long atMillis, long elapsedMillis) {}

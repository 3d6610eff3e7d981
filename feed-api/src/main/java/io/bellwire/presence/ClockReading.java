package io.bellwire.presence;

/**
 * A moment by two clocks. Immutable.
 *
 * @param atMillis what the wall clock shows, milliseconds since 1970: for what is told and kept
 * @param elapsedMillis how much time has passed since some start: for what is waited for, whatever the wall clock is set to
 */
record ClockReading(long atMillis, long elapsedMillis) {}

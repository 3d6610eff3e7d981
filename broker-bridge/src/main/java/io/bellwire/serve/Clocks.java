package io.bellwire.serve;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * What a server reads the time from. Immutable.
 *
 * @param wall tells the time of day, and may jump
 * @param nanoTime measures time and never goes back, as {@link System#nanoTime}
 */
record Clocks(Clock wall, LongSupplier nanoTime) {
    static final Clocks OF_THE_MACHINE = new Clocks(Clock.systemUTC(), System::nanoTime);
}

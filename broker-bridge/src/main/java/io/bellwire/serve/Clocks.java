package io.bellwire.serve;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * The clocks of a server. Immutable.
 *
 * @param wall the time of day; may jump
 * @param nanoTime elapsed time, as {@link System#nanoTime}; never goes back
 */
record Clocks(Clock wall, LongSupplier nanoTime) {
    static final Clocks SYSTEM = new Clocks(Clock.systemUTC(), System::nanoTime);
}

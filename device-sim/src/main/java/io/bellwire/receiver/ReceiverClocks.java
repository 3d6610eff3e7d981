package io.bellwire.receiver;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clocks of a receiver. Immutable.
 *
 * @param wall by which calls that are too old are refused; it may be set forwards or back
 * @param steady by which the receiver waits; only the time between two of its instants means something
 */
public record ReceiverClocks(InstantSource wall, InstantSource steady) {
    /**
     * A wall clock, and a monotonic one.
     *
     * @param nanos such as {@code System::nanoTime}
     */
    public static ReceiverClocks of(InstantSource wall, LongSupplier nanos) {
        return new ReceiverClocks(wall, () -> Instant.EPOCH.plusNanos(nanos.getAsLong()));
    }
}

package io.bellwire.order;

import java.time.Clock;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes the ids of orders: UUIDs of version 7 (RFC 9562, section 5.7, with the counter of section 6.2, method 1). The
 * 62 random bits keep ids different that two processes make in one millisecond, or one process before and after a
 * restore. Each id is greater than all ids that the same object has made before, even if the clock goes back.
 * Thread-safe.
 */
public final class OrderIds {
    private static final int COUNTER_MAX = (1 << 12) - 1;
    private static final long MILLIS_MAX = (1L << 48) - 1;
    private static final long VERSION_BITS = 0x7000L;
    private static final long VARIANT_BITS = 1L << 63;

    private final Clock clock;
    private final RandomGenerator random;
    private long lastMillis;
    private int counter;

    public OrderIds(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** Makes an id that no order has. */
    public OrderId next() {
        long low = VARIANT_BITS | (random.nextLong() >>> 2);
        return new OrderId(new UUID(nextHigh(), low));
    }

    private synchronized long nextHigh() {
        long millis = clock.millis();
        if (millis > lastMillis) {
            lastMillis = millis;
            counter = 0;
        } else if (counter == COUNTER_MAX) {
            lastMillis++; // the counter is used up: go on with the next millisecond before the clock does
            counter = 0;
        } else {
            counter++;
        }
        return (lastMillis & MILLIS_MAX) << 16 | VERSION_BITS | counter;
    }
}

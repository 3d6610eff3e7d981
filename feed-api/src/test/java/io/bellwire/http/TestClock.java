package io.bellwire.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A wall clock and a monotonic clock that move only when a test moves them. The monotonic clock starts just before it
 * overflows, as {@link System#nanoTime} may. Thread-safe.
 */
public final class TestClock extends Clock {
    private final AtomicReference<Instant> now;
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1));

    public TestClock(String start) {
        now = new AtomicReference<>(Instant.parse(start));
    }

    /** Lets time pass on both clocks. */
    public void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
        jump(time);
    }

    /** Sets the wall clock forwards or back, while no time passes. */
    public void jump(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    /** The monotonic clock, in nanoseconds. */
    public long nanos() {
        return nanos.get();
    }

    /** A clock for meters that follows {@code clock}. */
    public static io.micrometer.core.instrument.Clock ofMeters(Clock clock) {
        if (!(clock instanceof TestClock test)) {
            return io.micrometer.core.instrument.Clock.SYSTEM;
        }
        return new io.micrometer.core.instrument.Clock() {
            @Override
            public long wallTime() {
                return test.millis();
            }

            @Override
            public long monotonicTime() {
                return test.nanos();
            }
        };
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("times on the wire are UTC");
    }
}

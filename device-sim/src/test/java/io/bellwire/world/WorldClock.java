package io.bellwire.world;

import io.micrometer.core.instrument.Clock;
import java.time.Instant;
import java.time.InstantSource;

/** The server's clocks: the one measures virtual time, the other one can be wrong. One thread. */
final class WorldClock implements InstantSource {
    private final VirtualScheduler scheduler;
    private long offMillis;
    private int jumps;
    private int process;
    private long offAtStartMillis;

    WorldClock(VirtualScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Sets the wall clock forwards or back. */
    void setOff(long millis) {
        offMillis = millis;
        jumps++;
    }

    /** A process of the server starts. */
    void startProcess() {
        process++;
        offAtStartMillis = offMillis;
    }

    /** How many processes have started. */
    int process() {
        return process;
    }

    /**
     * The time by which leases and old secrets end: the wall clock as the present process found it, and what has passed
     * since. Counted from the beginning of the world.
     */
    long processMillis() {
        return scheduler.nowMillis() + offAtStartMillis;
    }

    /** How often the wall clock was set. */
    int jumps() {
        return jumps;
    }

    long wallMillis() {
        // some time, so that a clock that was set back does not show a time before 1970
        return 1_000_000_000_000L + scheduler.nowMillis() + offMillis;
    }

    long steadyMillis() {
        return scheduler.nowMillis();
    }

    long steadyNanos() {
        return scheduler.nowNanos();
    }

    /** The clock of a process's meters, by which it measures time. */
    Clock ofMeters() {
        return new Clock() {
            @Override
            public long wallTime() {
                return wallMillis();
            }

            @Override
            public long monotonicTime() {
                return steadyNanos();
            }
        };
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(wallMillis());
    }
}

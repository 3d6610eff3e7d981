package io.bellwire.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves the clocks of a server that reads their offsets from a file with two numbers of milliseconds: the offset of the
 * wall clock alone, and the time by which both clocks are advanced. Not thread-safe.
 */
final class ServerClock {
    private final @Nullable Path file;
    private Duration wallOffset = Duration.ZERO;
    private Duration advanced = Duration.ZERO;
    private volatile Duration written = Duration.ZERO;

    /** @param file null if the server reads none; then its clocks do not move */
    ServerClock(@Nullable Path file) {
        this.file = file;
    }

    /**
     * The server's wall clock as others have it, as if both took their time from the same source. The server notices a
     * jump a tenth of a second later, at most. Thread-safe.
     *
     * @param machineMillis the machine's wall clock
     */
    Clock wallClock(LongSupplier machineMillis) {
        InstantSource steered =
                () -> Instant.ofEpochMilli(machineMillis.getAsLong()).plus(written);
        return steered.withZone(ZoneOffset.UTC);
    }

    /** Moves the wall clock; the monotonic clock stays. */
    void jump(Duration by) throws IOException {
        wallOffset = wallOffset.plus(by);
        write();
    }

    /** Advances both clocks, as if the time had passed. */
    void advance(Duration time) throws IOException {
        advanced = advanced.plus(time);
        write();
    }

    private void write() throws IOException {
        if (file == null) {
            return;
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(next, wallOffset.toMillis() + " " + advanced.toMillis() + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        written = wallOffset.plus(advanced);
    }
}

package io.bellwire.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says how far the server's clocks are from the machine's, in a file of two numbers of milliseconds, for a server that reads
 * it: how far the wall clock is off, and how much time both clocks count as passed although it has not. Not thread-safe.
 */
final class ServerClock {
    private final @Nullable Path file;
    private Duration off = Duration.ZERO;
    private Duration pressed = Duration.ZERO;

    /** @param file null if the server reads none: then its clock does not jump */
    ServerClock(@Nullable Path file) {
        this.file = file;
    }

    /** The wall clock jumps; what measures time does not. */
    void jump(Duration by) throws IOException {
        off = off.plus(by);
        write();
    }

    /** As if the time had passed. */
    void press(Duration time) throws IOException {
        pressed = pressed.plus(time);
        write();
    }

    private void write() throws IOException {
        if (file == null) {
            return;
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(next, off.toMillis() + " " + pressed.toMillis() + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

package io.bellwire.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The server's program with clocks that a test steers: its first argument is a file of two numbers of milliseconds, which may
 * change at any time. The first is how far the wall clock is off, the second how much time has passed for both clocks
 * although it has not. The product itself has no such switch.
 */
public final class SteeredServe {
    private SteeredServe() {}

    public static void main(String[] args) {
        Steering steering = new Steering(Path.of(args[0]));
        Serve.run(
                Arrays.copyOfRange(args, 1, args.length),
                new Clocks(steering.withZone(ZoneOffset.UTC), steering::nanoTime));
    }

    /** The file, read ten times a second at most, and only when somebody wants the time. Thread-safe. */
    private static final class Steering implements InstantSource {
        private static final long LOOK_NANOS = 100_000_000;

        private final Path file;
        private volatile Errors errors;

        private record Errors(long readNanos, long offMillis, long pressedMillis) {}

        private Steering(Path file) {
            this.file = file;
            this.errors = read(new Errors(0, 0, 0));
        }

        @Override
        public Instant instant() {
            Errors now = errors();
            return Instant.now().plusMillis(now.offMillis() + now.pressedMillis());
        }

        @Override
        public long millis() {
            Errors now = errors();
            return System.currentTimeMillis() + now.offMillis() + now.pressedMillis();
        }

        private long nanoTime() {
            return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(errors().pressedMillis());
        }

        private Errors errors() {
            Errors known = errors;
            if (System.nanoTime() - known.readNanos() >= LOOK_NANOS) {
                errors = read(known);
            }
            return errors;
        }

        private synchronized Errors read(Errors known) {
            try {
                String[] numbers = Files.readString(file).strip().split(" ", -1);
                return new Errors(System.nanoTime(), Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
            } catch (NoSuchFileException none) {
                return new Errors(System.nanoTime(), known.offMillis(), known.pressedMillis());
            } catch (IOException unreadable) {
                throw new IllegalStateException("the file for the clocks cannot be read", unreadable);
            }
        }
    }
}

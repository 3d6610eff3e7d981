package io.bellwire.device.net;

/**
 * Tells the one failure that is not retried from all others: a process without memory cannot be trusted to go on, and
 * its JVM or its application has to end it.
 */
final class MemoryExhausted {
    private MemoryExhausted() {}

    /** Throws {@code failure} if it is an {@link OutOfMemoryError}. */
    static void rethrow(Throwable failure) {
        if (failure instanceof OutOfMemoryError fatal) {
            throw fatal;
        }
    }
}

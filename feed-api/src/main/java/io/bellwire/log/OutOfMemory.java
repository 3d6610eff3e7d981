package io.bellwire.log;

/**
 * What a loop does that outlives everything else: an error of memory is not one bad item, and a process that has met one
 * may be dead in parts and look alive to whoever supervises it.
 */
public final class OutOfMemory {
    private OutOfMemory() {}

    /**
     * Hands {@code thrown} to the thread's handler of uncaught exceptions if it is an {@link OutOfMemoryError}; a server's
     * handler ends the process. Does nothing with anything else.
     */
    public static void tell(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}

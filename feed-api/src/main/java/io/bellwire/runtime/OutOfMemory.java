package io.bellwire.runtime;

/**
 * What loops do that continue after any failure: an error of memory is not one bad item. A process that has met one may
 * have lost some of its threads and still look alive to its supervisor.
 */
public final class OutOfMemory {
    private OutOfMemory() {}

    /**
     * Passes {@code thrown} to the thread's handler of uncaught exceptions if it is an {@link OutOfMemoryError}; the
     * handler of a server ends the process. Does nothing for anything else.
     */
    public static void report(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}

package io.bellwire.serve;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.bellwire.runtime.OutOfMemory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Ends the process if a library logs that memory has run out. The JVM ends it by itself when the heap is full, but not
 * when there is no memory left for network buffers or threads: Netty, Jetty and H2 catch that error, log it, and go on.
 * {@code bellwire-logback.xml} names this class. Thread-safe.
 */
public final class OutOfMemoryFilter extends TurboFilter {
    private static final int CAUSES_MAX = 8;

    /** Loads at once what a process without file descriptors could not load when it logs that. */
    public OutOfMemoryFilter() {
        OutOfMemory.report(new IllegalStateException());
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            @Nullable Logger logger,
            @Nullable Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            OutOfMemory.report(cause);
            cause = cause.getCause();
        }
        return FilterReply.NEUTRAL;
    }
}

package io.bellwire.world;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** Leaves out of the log that a world has killed a process: other errors must be seen. */
final class WorldLogging extends TurboFilter implements AutoCloseable {
    private static final String PRODUCT = "io.bellwire";

    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();

    /** Begins to leave it out. */
    static WorldLogging withoutKilledProcesses() {
        WorldLogging filter = new WorldLogging();
        filter.start();
        filter.loggers.addTurboFilter(filter);
        return filter;
    }

    /** Logs nothing of the product, because it is wrong on purpose or its messages are of no use. */
    static void setOff() {
        logger().setLevel(Level.OFF);
    }

    /** Ends {@link #setOff}. */
    static void setOn() {
        logger().setLevel(null);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(PRODUCT);
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        boolean isOfAKill = thrown instanceof ProcessKilled
                || (arguments != null && Stream.of(arguments).anyMatch(ProcessKilled.class::isInstance));
        return isOfAKill ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    @Override
    public void close() {
        loggers.getTurboFilterList().remove(this);
        stop();
    }
}

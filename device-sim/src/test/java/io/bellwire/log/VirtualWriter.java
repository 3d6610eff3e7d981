package io.bellwire.log;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the log's own writer on the caller's thread: a second thread would leave to chance what the seed of a world has
 * to decide. A turn follows a while after the write that asks for it, with all that waits by then; within {@link
 * #atOnce} it follows at once. Not thread-safe.
 */
public final class VirtualWriter implements WriterRunner {
    private final Consumer<Runnable> later;
    private final Executor completer;
    private final Runnable afterTurn;
    private @Nullable LogWriter writer;
    private boolean isTurnDue;
    private boolean isTurning;
    private boolean isAtOnce;
    private boolean isClosed;

    /**
     * @param later runs a turn a while later
     * @param completer runs the answers
     * @param afterTurn is run after each turn; may throw if the process was killed in it
     */
    public VirtualWriter(Consumer<Runnable> later, Executor completer, Runnable afterTurn) {
        this.later = later;
        this.completer = completer;
        this.afterTurn = afterTurn;
    }

    /** Opens a log with this writer; see {@link EventLog#EventLog}. */
    public EventLog open(LogStore store, Clock clock, MeterRegistry meters, ExecutorService readers) {
        return new EventLog(store, LogLimits.DEFAULT, clock, meters, readers, this);
    }

    /** Does what waits for its own writes. */
    public <T> T atOnce(Supplier<T> work) {
        boolean before = isAtOnce;
        isAtOnce = true;
        try {
            return work.get();
        } finally {
            isAtOnce = before;
        }
    }

    /** Whether answers have to be run at once. */
    public boolean isAtOnce() {
        return isAtOnce;
    }

    /** A turn without a write: flushes the received positions, if it is time. */
    public void flush() {
        turn();
    }

    @Override
    public void start(LogWriter started) {
        writer = started;
    }

    @Override
    public void writeWaits() {
        if (isAtOnce && !isTurning) {
            turn();
        } else if (!isTurnDue) {
            isTurnDue = true;
            later.accept(() -> {
                isTurnDue = false;
                turn();
            });
        }
    }

    private void turn() {
        LogWriter started = writer;
        if (started == null || isClosed) {
            return;
        }
        isTurning = true;
        try {
            started.turn(0);
        } finally {
            isTurning = false;
        }
        afterTurn.run();
    }

    @Override
    public boolean isAlive() {
        return !isClosed;
    }

    @Override
    public Executor completer() {
        return completer;
    }

    @Override
    public void close() {
        isClosed = true;
    }
}

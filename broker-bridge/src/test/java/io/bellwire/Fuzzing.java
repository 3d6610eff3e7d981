package io.bellwire;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * A run of hostile input for a while, short unless {@code -Dbellwire.fuzz.seconds} says otherwise. It prints its seed;
 * {@code -Dbellwire.fuzz.seed} repeats what each thread sends. Failures of the server that are logged are collected.
 */
public final class Fuzzing implements AutoCloseable {
    private static final int SECONDS = Integer.getInteger("bellwire.fuzz.seconds", 5);
    private static final int THREADS = 3;
    /** Devices must be served within this time on a machine that does nothing else. */
    private static final long SERVED_WITHIN_MILLIS = 2_000;
    /** How much longer it may take on one that runs other tests and the hostile clients at the same time. */
    private static final int BUSY_FACTOR = 5;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final List<Future<?>> attackers = new ArrayList<>();
    private final long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.ERROR) || event.getThrowableProxy() != null) {
                failures.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage() + "\n"
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
        }
    };

    /** What a hostile client does once: it connects, sends, and closes. */
    public interface Attack {
        /**
         * Attacks once.
         *
         * @param failures gets what the server should not have done
         */
        void run(SplittableRandom random, Queue<String> failures) throws Exception;
    }

    /** Begins to attack, in several threads. */
    public Fuzzing(Attack attack) {
        long seed = Long.getLong("bellwire.fuzz.seed", System.nanoTime());
        System.out.println("repeat this with -Dbellwire.fuzz.seed=" + seed);
        appender.start();
        root.addAppender(appender);
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            attackers.add(threads.submit(() -> {
                while (isRunning()) {
                    attack.run(random, failures);
                }
                return null;
            }));
        }
    }

    /** Whether the time is not over, and nothing has failed. */
    public boolean isRunning() {
        return System.nanoTime() < endNanos && failures.isEmpty();
    }

    /** Asserts that well-behaved clients were served soon enough. */
    public void assertServed(long sinceNanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
        if (millis > SERVED_WITHIN_MILLIS * BUSY_FACTOR) {
            failures.add("a device was served after " + millis + " ms");
        }
    }

    /** Waits for the attackers, and asserts that nothing has failed. */
    public void end() throws InterruptedException, ExecutionException {
        for (Future<?> attacker : attackers) {
            attacker.get();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " failures, the first: " + failures.peek());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        root.detachAppender(appender);
    }
}

package io.bellwire.alert;

import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.Stopwatch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the alerts of a queue, one after the other, on a thread of its own: a server that hangs holds up nobody else.
 * Thread-safe.
 */
final class AlertLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AlertLoop.class);

    /** Longest wait before the loop looks at the clock again, which may not be the one by which threads wait. */
    private static final long LOOK_MILLIS = 1_000;

    private final AlertWay way;
    private final AlertQueue queue;
    private final AlertTransport transport;
    private final AlertMeters meters;
    private final Stopwatch elapsed;
    private final LongSupplier wallMillis;
    private final Duration closingTime;
    private final Thread thread;
    private boolean isClosing;

    /**
     * @param wallMillis milliseconds since 1970, for the date of messages
     * @param closingTime how long {@link #close} waits for what is due
     */
    AlertLoop(
            AlertWay way,
            AlertQueue queue,
            AlertTransport transport,
            AlertMeters meters,
            Stopwatch elapsed,
            LongSupplier wallMillis,
            Duration closingTime) {
        this.way = way;
        this.queue = queue;
        this.transport = transport;
        this.meters = meters;
        this.elapsed = elapsed;
        this.wallMillis = wallMillis;
        this.closingTime = closingTime;
        meters.gauge(way, this::size);
        this.thread = new Thread(this::run, "alerts-" + way.text());
        thread.setDaemon(true);
        thread.start();
    }

    /** Queues the alert. Never blocks, never throws. */
    synchronized void add(String recipient, Alert alert) {
        if (isClosing) {
            meters.dropped(way, "closing");
            return;
        }
        switch (queue.add(recipient, alert, elapsed.millis(), wallMillis.getAsLong())) {
            case QUEUED -> notifyAll();
            case QUEUED_FOR_ANOTHER -> {
                meters.dropped(way, "queue-full");
                notifyAll();
            }
            case HELD_BACK -> {
                meters.dropped(way, "rate");
                notifyAll(); // a summary may be due
            }
        }
    }

    private synchronized int size() {
        return queue.size();
    }

    private void run() {
        try {
            Optional<QueuedAlert> next = next();
            while (next.isPresent()) {
                send(next.get());
                next = next();
            }
        } catch (InterruptedException e) { // closed while it waited
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next alert that is due; empty when the loop is to end. */
    private synchronized Optional<QueuedAlert> next() throws InterruptedException {
        while (true) {
            Optional<QueuedAlert> due = queue.take(elapsed.millis());
            if (due.isPresent() || isClosing) {
                return due;
            }
            Optional<Long> next = queue.nextMillis();
            if (next.isEmpty()) {
                wait();
            } else {
                wait(Math.max(1, Math.min(LOOK_MILLIS, next.get() - elapsed.millis())));
            }
        }
    }

    private void send(QueuedAlert alert) {
        try {
            transport.send(alert.recipient(), alert.alert().orElseThrow(), alert.acceptedMillis());
            meters.sent(way);
            log.debug("alert sent by {} to {}", way.text(), way.shown(alert.recipient()));
            synchronized (this) {
                queue.sent();
            }
        } catch (AlertFailure failure) {
            failed(alert, failure);
        } catch (Throwable e) { // the loop has others to send
            OutOfMemory.report(e);
            failed(alert, new AlertFailure(AlertFailure.Kind.LATER, "a fault of this server: " + e, e));
        }
    }

    private void failed(QueuedAlert alert, AlertFailure failure) {
        meters.failed(way);
        boolean isKept;
        synchronized (this) {
            isKept = queue.failed(alert, failure.kind(), elapsed.millis());
        }
        log.debug("an alert failed", failure);
        if (isKept) {
            log.info(
                    "an alert by {} to {} failed and will be tried again: {}",
                    way.text(),
                    way.shown(alert.recipient()),
                    failure.getMessage());
        } else {
            meters.dropped(way, failure.kind() == AlertFailure.Kind.REFUSED ? "refused" : "retries");
            log.warn(
                    "an alert by {} to {} about {} is dropped: {}",
                    way.text(),
                    way.shown(alert.recipient()),
                    alert.key(),
                    failure.getMessage());
        }
    }

    /** Sends what is due, for a few seconds at most; the rest is dropped. */
    @Override
    public void close() {
        synchronized (this) {
            isClosing = true;
            notifyAll();
        }
        try {
            thread.join(closingTime.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
        int left = size();
        if (left > 0) {
            log.warn("{} alerts by {} were not sent before the server stopped", left, way.text());
        }
    }
}

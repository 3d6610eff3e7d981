package io.bellwire.bench;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/**
 * Places orders when they are due, whether or not the server keeps up (an open loop). The wait of an order that cannot
 * be sent at once counts as latency. Several orders of one device may be in flight at once. Thread-safe.
 */
final class BenchOrderSource implements AutoCloseable {
    private static final int CONNECTIONS = 160;
    private static final long BUSY_MILLIS = 20;
    private static final long LOST_MILLIS = 100;
    private static final long PACE_NANOS = 50_000;

    private final EventLoop loop = new EventLoop("bench-orders");
    private final OrderText orders;
    private final HttpPool http;
    private volatile boolean stopped;
    private volatile boolean done = true;

    // below: used only on the loop's thread
    private final Queue<Integer> retries = new ArrayDeque<>();
    private OrderLedger ledger;
    private int due;
    private int next;
    private int unanswered;

    BenchOrderSource(LoadTarget target, OrderText orders) throws IOException {
        this.orders = orders;
        this.http = new HttpPool(loop, target.http(), CONNECTIONS);
    }

    /** Begins to place the orders of a ledger. The orders of the ledger before must be done. */
    void begin(OrderLedger begun) {
        stopped = false;
        done = false;
        begun.start(System.nanoTime());
        loop.execute(() -> {
            ledger = begun;
            due = 0;
            next = 0;
        });
        Thread pace = new Thread(() -> pace(begun), "bench-pace");
        pace.setDaemon(true);
        pace.start();
    }

    /** Sends no further order. */
    void stop() {
        stopped = true;
        loop.execute(this::sendDue);
    }

    /** Whether all orders are answered; after {@link #stop}, whether all orders that were sent are answered. */
    boolean isDone() {
        return done;
    }

    private void pace(OrderLedger begun) {
        int announced = 0;
        while (announced < begun.orders() && !stopped) {
            int count = begun.dueBy(System.nanoTime());
            if (count > announced) {
                announced = count;
                loop.execute(() -> {
                    if (ledger == begun) {
                        due = count;
                        sendDue();
                    }
                });
            }
            LockSupport.parkNanos(Math.max(PACE_NANOS, begun.dueNanos(announced) - System.nanoTime()));
        }
    }

    private void sendDue() {
        while (http.free() > 0) {
            Integer order = retries.poll();
            if (order == null) {
                if (stopped || next >= due) {
                    break;
                }
                order = next++;
                unanswered++;
            }
            send(order);
        }
        done = unanswered == 0 && (stopped || next == ledger.orders());
    }

    private void send(int order) {
        http.send(orders.request(ledger.number(order), ledger.device(order)), answer -> answered(order, answer));
    }

    private void answered(int order, HttpAnswer answer) {
        if (answer != null && answer.isGood()) {
            ledger.acknowledged(order, System.nanoTime());
            unanswered--;
        } else if (answer != null && (answer.status() == 429 || answer.status() == 503)) {
            repeat(order, BUSY_MILLIS);
        } else if (answer == null && orders.isKeyed()) {
            repeat(order, LOST_MILLIS);
        } else {
            ledger.failed("an order: " + (answer == null ? "the connection was lost" : answer));
            unanswered--;
        }
        sendDue();
    }

    private void repeat(int order, long delayMillis) {
        loop.after(delayMillis, () -> {
            retries.add(order);
            sendDue();
        });
    }

    @Override
    public void close() {
        loop.close();
    }
}

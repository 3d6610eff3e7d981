package io.bellwire.fleet;

import io.bellwire.net.HiveMqSignals;
import io.bellwire.net.HttpGate;
import io.bellwire.net.SignalSource;
import io.bellwire.net.PahoSignals;
import io.bellwire.net.ScheduledTimers;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What all devices of a fleet share: threads, connections, the proxy that cuts. Thread-safe. */
final class Plant implements AutoCloseable {
    private static final int FEED_REQUESTS_MAX = 128;
    private static final int ORDER_REQUESTS_MAX = 64;
    /** Each device has at most one read and one acknowledgement under way, each order one request. */
    private static final int QUEUE_MAX = 1_000_000;

    private static final int LOOP_THREADS = 2;

    private final ClientKind kind;
    private final ExecutorService pool;
    private final ExecutorService httpPool;
    private final ScheduledTimers timers;
    private final HttpGate feedGate;
    private final HttpGate orderGate;
    private final CuttingProxy proxy;
    private final HiveMqSignals hiveMq;
    private final PahoSignals paho;

    Plant(ServerAddress server, ClientKind kind, LongSupplier nanos) throws IOException {
        this.kind = kind;
        int cores = Runtime.getRuntime().availableProcessors();
        proxy = new CuttingProxy(server.endpoints().broker(), NameFinder::mqtt, nanos);
        pool = daemons("device", Math.max(2, cores));
        httpPool = daemons("http", Math.max(2, cores));
        timers = new ScheduledTimers(nanos);
        feedGate = new HttpGate(httpPool, FEED_REQUESTS_MAX, QUEUE_MAX);
        // of its own, so that orders come in at their rate however much the devices have to read
        orderGate = new HttpGate(httpPool, ORDER_REQUESTS_MAX, QUEUE_MAX);
        hiveMq = new HiveMqSignals(proxy.address(), LOOP_THREADS);
        paho = new PahoSignals(proxy.address());
    }

    private static ExecutorService daemons(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                // what connections still say once all is over
                new ThreadPoolExecutor.DiscardPolicy());
    }

    SignalSource signals(int device) {
        return kind.isPaho(device) ? paho : hiveMq;
    }

    ExecutorService pool() {
        return pool;
    }

    ScheduledTimers timers() {
        return timers;
    }

    HttpGate feedGate() {
        return feedGate;
    }

    HttpGate orderGate() {
        return orderGate;
    }

    CuttingProxy proxy() {
        return proxy;
    }

    @Override
    public void close() {
        timers.close();
        proxy.close();
        paho.close();
        hiveMq.close();
        pool.shutdownNow();
        httpPool.shutdownNow();
    }
}

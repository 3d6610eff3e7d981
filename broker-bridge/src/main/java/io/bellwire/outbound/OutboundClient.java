package io.bellwire.outbound;

import io.bellwire.outbound.OutboundResult.Reason;
import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.runtime.TimerThread;
import io.bellwire.tls.OutboundTls;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls other servers: only where they may be called, for no longer than the deadline, and reading no more than a part
 * of the answer. Neither a slow server nor a slow name server costs a thread. Thread-safe.
 */
public final class OutboundClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OutboundClient.class);
    private static final Duration CALL_WAIT = Duration.ofMillis(100);
    private static final Duration OVERDUE_INTERVAL = Duration.ofSeconds(1);

    private final OutboundOptions options;
    private final LongSupplier nanos;
    private final Supplier<Instant> wallClock;
    private final OwnListeners ownListeners;
    private final TimerThread timer = new TimerThread("outbound-timer");
    private final NameLookup names;
    private final TargetLimits limits;
    private final OutboundMetrics metrics;
    private final RateLimitedLog faults;
    private final QueuedThreadPool threads;
    private final HttpClient http;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<CallUnderWay> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /**
     * What the client needs besides its options.
     *
     * @param nanoTime as {@link System#nanoTime}
     * @param wallClock for dates in answers
     */
    public record Surroundings(
            NameResolver resolver,
            OwnListeners ownListeners,
            LongSupplier nanoTime,
            Supplier<Instant> wallClock,
            SecureRandom random,
            MeterRegistry meters) {}

    private OutboundClient(OutboundOptions options, Surroundings surroundings) {
        this.options = options;
        Stopwatch elapsed = new Stopwatch(surroundings.nanoTime());
        this.nanos = elapsed::nanos;
        this.wallClock = surroundings.wallClock();
        this.ownListeners = surroundings.ownListeners();
        this.faults = new RateLimitedLog(log, elapsed);
        this.threads = JettyClients.threads(options);
        this.http = JettyClients.client(
                options, OutboundTls.read(options.tls(), surroundings.random()), threads, connections);
        this.names = new NameLookup(surroundings.resolver(), options.addresses(), options.lookups(), elapsed, timer);
        this.limits = new TargetLimits(options.target(), elapsed);
        this.metrics = new OutboundMetrics(surroundings.meters());
        metrics.gauge("in.flight", "Calls that have no result yet", inFlight::get);
        metrics.gauge("connections", "Connections to other servers", connections::get);
        metrics.gauge("targets", "Hosts with their addresses that are remembered", () -> http.getDestinations()
                .size());
        metrics.gauge("lookups", "Names that are being looked up", names::size);
    }

    /** Starts a client. Throws {@link IllegalArgumentException} of one line if an option is wrong. */
    public static OutboundClient start(OutboundOptions options, Surroundings surroundings) {
        OutboundClient client = new OutboundClient(options, surroundings);
        try {
            JettyClients.start(client.threads, client.http);
            Future<?> unused = client.timer.scheduleWithFixedDelay(
                    client::endOverdueCalls,
                    OVERDUE_INTERVAL.toMillis(),
                    OVERDUE_INTERVAL.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
        return client;
    }

    /**
     * Calls {@code done} exactly once, soon after the deadline at the latest, on a thread of this client; when the
     * client is closed, also on the thread that closes it or calls. {@code done} must not block.
     */
    public void call(OutboundCall call, Consumer<OutboundResult> done) {
        CallUnderWay[] self = new CallUnderWay[1];
        CallUnderWay current =
                new CallUnderWay(call, nanos, wallClock, limits.newPlaces(), result -> end(self[0], result, done));
        self[0] = current;
        underWay.add(current);
        int others = inFlight.getAndIncrement();
        if (isClosed) {
            current.fail(Reason.CLOSED, "this client was closed");
        } else if (others >= options.callsMax()) {
            onThread(() -> current.fail(Reason.OVERLOADED, "too many calls at once", CALL_WAIT));
        } else {
            begin(current);
        }
    }

    private void begin(CallUnderWay current) {
        TargetUrl url;
        try {
            url = TargetUrl.of(current.call().url().toString(), options.isHttpAllowed(), options.addresses());
        } catch (IllegalArgumentException e) {
            onThread(() -> current.fail(Reason.FORBIDDEN_URL, String.valueOf(e.getMessage())));
            return;
        }
        Duration wait = current.places().enter(url.host());
        if (!wait.isZero()) {
            onThread(() -> current.fail(Reason.BUSY_TARGET, "too many calls to " + url.host(), wait));
            return;
        }
        names.lookUp(
                url,
                current.left(),
                name -> name.fold(
                        addresses -> {
                            send(current, url, addresses);
                            return true;
                        },
                        (reason, detail) -> {
                            onThread(() -> current.fail(reason, detail));
                            return false;
                        }));
    }

    private void send(CallUnderWay current, TargetUrl url, PinnedAddresses addresses) {
        if (addresses.addresses().stream().anyMatch(address -> ownListeners.contain(address, url.port()))) {
            onThread(() -> current.fail(Reason.FORBIDDEN_ADDRESS, url.host() + " is this server itself"));
            return;
        }
        Duration wait = current.places().enter(addresses);
        if (!wait.isZero()) {
            onThread(() -> current.fail(Reason.BUSY_TARGET, "too many calls to an address of " + url.host(), wait));
            return;
        }
        long leftMillis = current.left().toMillis();
        if (leftMillis <= 0) {
            onThread(() -> current.fail(Reason.TIMEOUT, "no connection within the deadline"));
            return;
        }
        try {
            current.send(request(current, addresses, leftMillis));
        } catch (RuntimeException e) { // a fault of ours: the call must have a result all the same
            faults.error("a call failed", e);
            onThread(() -> current.fail(Reason.MALFORMED_ANSWER, "the call failed: " + e));
        }
    }

    private Request request(CallUnderWay current, PinnedAddresses addresses, long leftMillis) {
        OutboundCall call = current.call();
        Request request = http.newRequest(call.url())
                .method(HttpMethod.POST)
                .tag(addresses)
                .timeout(leftMillis, TimeUnit.MILLISECONDS)
                .headers(fields -> call.headers().forEach(fields::put))
                .body(new BytesRequestContent(call.body()))
                .onRequestBegin(current);
        // else a connection that may be silent for less would end the call before its deadline
        return leftMillis < options.idleTimeout().toMillis()
                ? request
                : request.idleTimeout(leftMillis + CALL_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Jetty ends a call at its deadline only when the thread that reads the answer has nothing to read: never, if a
     * server sends without end what is neither header nor body, such as the extension of a chunk.
     */
    private void endOverdueCalls() {
        for (CallUnderWay call : underWay) {
            if (call.left().plus(OVERDUE_INTERVAL).isNegative()) {
                call.cut();
            }
        }
    }

    private void end(CallUnderWay ended, OutboundResult result, Consumer<OutboundResult> done) {
        ended.places().leave();
        underWay.remove(ended);
        inFlight.decrementAndGet();
        metrics.count(result);
        try {
            done.accept(result);
        } catch (Throwable e) { // the thread has other calls
            OutOfMemory.report(e);
            faults.error("the receiver of a call's result failed", e);
        }
    }

    private void onThread(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException closed) {
            task.run();
        }
    }

    /** Calls under way. */
    int inFlight() {
        return inFlight.get();
    }

    /** Names that are being looked up, or wait for that. */
    int lookups() {
        return names.size();
    }

    /** Connections, open ones and those that are being opened. */
    int connections() {
        return connections.get();
    }

    /** Hosts, each with its addresses, of which something is remembered. */
    int targets() {
        return http.getDestinations().size();
    }

    /** Ends all calls. Waits until connections and threads have ended. */
    @Override
    public void close() {
        isClosed = true;
        names.close();
        timer.shutdownNow();
        JettyClients.stop(http);
        List.copyOf(underWay).forEach(call -> call.fail(Reason.CLOSED, "this client was closed"));
        JettyClients.stop(threads);
    }
}

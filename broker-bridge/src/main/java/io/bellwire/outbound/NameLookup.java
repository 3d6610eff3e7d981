package io.bellwire.outbound;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.bellwire.outbound.OutboundResult.Reason;
import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.runtime.TimerThread;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up and checks their addresses, on threads of its own, since the JDK blocks until name servers have
 * answered. Each name takes one thread at most, and a name whose lookup took too long is not looked up again for a
 * while. So names that hang, fewer than there are threads, hold up no other name; if there are more, a name that is not
 * known yet waits, and its calls fail after the timeout. Thread-safe.
 */
final class NameLookup implements AutoCloseable {
    private static final int NAMES_MAX = 10_000;
    private static final Duration THREAD_IDLE = Duration.ofSeconds(60);

    private final NameResolver resolver;
    private final AddressRules rules;
    private final LookupOptions options;
    private final Stopwatch elapsed;
    private final TimerThread timer;
    private final ThreadPoolExecutor threads;
    private final Cache<String, Known> known;
    private final Map<String, Lookup> underWay = new ConcurrentHashMap<>();

    /**
     * @param elapsed for what is kept
     * @param timer ends waiting; not closed by this
     */
    NameLookup(NameResolver resolver, AddressRules rules, LookupOptions options, Stopwatch elapsed, TimerThread timer) {
        this.timer = timer;
        this.resolver = resolver;
        this.rules = rules;
        this.options = options;
        this.elapsed = elapsed;
        this.threads = new ThreadPoolExecutor(
                options.threads(),
                options.threads(),
                THREAD_IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(options.waitersMax()),
                task -> {
                    Thread thread = new Thread(task, "outbound-lookup");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        this.known = Caffeine.newBuilder()
                .maximumSize(NAMES_MAX)
                .expireAfter(Expiry.<String, Known>writing((name, result) -> result.kept()))
                .ticker(elapsed::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** A result, and how long it is used. */
    private record Known(CheckedName name, Duration kept) {}

    /** Those who wait for one name. */
    private final class Lookup implements Runnable {
        private final String name;
        private final long startedMillis = elapsed.millis();
        private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

        Lookup(String name) {
            this.name = name;
        }

        @Override
        public void run() {
            long begunMillis = elapsed.millis();
            CheckedName found = resolve(name);
            boolean isSlow = elapsed.millis() - begunMillis > options.timeout().toMillis();
            Known result = isSlow
                    ? new Known(new CheckedName.Refused(Reason.NO_ADDRESS, silence()), options.slowKept())
                    : new Known(found, options.kept());
            if (!result.kept().isZero()) {
                known.put(name, result);
            }
            end(result.name());
        }

        void end(CheckedName result) {
            underWay.remove(name, this);
            // the end of the client interrupts a lookup, whose result then says nothing
            CheckedName last =
                    threads.isShutdown() ? new CheckedName.Refused(Reason.CLOSED, "this client was closed") : result;
            waiters.forEach(waiter -> waiter.end(last));
        }
    }

    /** One call that waits, until its own timeout. */
    private static final class Waiter {
        private final Consumer<CheckedName> then;
        private final AtomicBoolean isEnded = new AtomicBoolean();
        private volatile @Nullable Future<?> timeout;

        Waiter(Consumer<CheckedName> then) {
            this.then = then;
        }

        void end(CheckedName result) {
            if (isEnded.compareAndSet(false, true)) {
                Future<?> timer = timeout;
                if (timer != null) {
                    timer.cancel(false);
                }
                then.accept(result);
            }
        }
    }

    /**
     * Finds and checks the addresses of a host. Passes the result on exactly once: at once and on this thread if it is
     * known, else on another one, after {@code patience} at the latest.
     */
    void lookUp(TargetUrl url, Duration patience, Consumer<CheckedName> then) {
        if (url.address().isPresent()) {
            then.accept(check(List.of(url.address().get())));
            return;
        }
        Known before = known.getIfPresent(url.host());
        if (before != null) {
            then.accept(before.name());
            return;
        }
        Waiter waiter = new Waiter(then);
        Duration timeout = patience.compareTo(options.timeout()) < 0 ? patience : options.timeout();
        try {
            waiter.timeout = timer.schedule(
                    () -> waiter.end(new CheckedName.Refused(Reason.NO_ADDRESS, silence())),
                    timeout.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            waiter.end(new CheckedName.Refused(Reason.CLOSED, "this client was closed"));
            return;
        }
        Lookup mine = new Lookup(url.host());
        Lookup joined = underWay.compute(url.host(), (name, running) -> {
            Lookup one = running == null ? mine : running;
            one.waiters.add(waiter);
            return one;
        });
        if (joined == mine) {
            start(mine);
        } else if (elapsed.millis() - joined.startedMillis > options.timeout().toMillis()) {
            waiter.end(new CheckedName.Refused(Reason.NO_ADDRESS, silence()));
        }
    }

    private void start(Lookup lookup) {
        try {
            threads.execute(lookup);
        } catch (RejectedExecutionException full) {
            lookup.end(new CheckedName.Refused(Reason.NO_ADDRESS, "too many names wait to be looked up"));
        }
    }

    private String silence() {
        return "name servers did not answer within " + options.timeout().toMillis() + " ms";
    }

    private CheckedName resolve(String name) {
        try {
            return check(resolver.resolve(name));
        } catch (UnknownHostException e) {
            return new CheckedName.Refused(Reason.NO_ADDRESS, "there is no address for " + name);
        } catch (Throwable e) { // else those who wait would wait for ever
            OutOfMemory.report(e);
            return new CheckedName.Refused(Reason.NO_ADDRESS, name + " cannot be looked up: " + e);
        }
    }

    /**
     * One forbidden address forbids the name: nobody has a good reason to publish both kinds, and a name server that
     * does would reach its aim with the share of connections that goes there, or when the other addresses fail.
     */
    private CheckedName check(List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            return new CheckedName.Refused(Reason.NO_ADDRESS, "there is no address");
        }
        for (InetAddress address : addresses) {
            String reason = rules.whyForbidden(address).orElse(null);
            if (reason != null) {
                return new CheckedName.Refused(Reason.FORBIDDEN_ADDRESS, address.getHostAddress() + " " + reason);
            }
        }
        return new CheckedName.Callable(new PinnedAddresses(addresses));
    }

    /** Names that are being looked up, or wait for that. */
    int size() {
        return underWay.size();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        underWay.values()
                .forEach(lookup -> lookup.end(new CheckedName.Refused(Reason.CLOSED, "this client was closed")));
    }
}

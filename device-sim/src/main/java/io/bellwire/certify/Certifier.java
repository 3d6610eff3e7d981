package io.bellwire.certify;

import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.ClientTls;
import io.bellwire.device.net.Endpoints;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Runs cases against a server, one after the other, each with its own devices and its own time limit. Not thread-safe.
 */
public final class Certifier implements AutoCloseable {
    private static final int REQUESTS_AT_ONCE_MAX = 64;
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final int NAME_LENGTH = 8;
    /**
     * A case may wait in vain this often before its own time is over, so that it can still report what did not come.
     */
    private static final int TIMEOUTS_PER_CASE = 3;

    private final Server server;
    private final LongSupplier nanos;
    private final long caseMillisMax;
    private final Duration timeout;
    private final String run;
    private final ExecutorService threads;
    private final HttpCaller operator;

    /**
     * @param token the operator's
     * @param caseMillisMax after how long a case has failed
     */
    public Certifier(Endpoints server, String token, long caseMillisMax, RandomGenerator random, LongSupplier nanos) {
        this(new Server(server, Optional.empty(), ClientTls.SYSTEM), token, caseMillisMax, random, nanos);
    }

    /**
     * A server without TLS, or with a certificate of an authority that the JDK trusts.
     *
     * @param webSocket where devices connect over WebSocket
     */
    public Certifier(
            Endpoints server,
            Optional<URI> webSocket,
            String token,
            long caseMillisMax,
            RandomGenerator random,
            LongSupplier nanos) {
        this(new Server(server, webSocket, ClientTls.SYSTEM), token, caseMillisMax, random, nanos);
    }

    /**
     * The server that is checked. Immutable.
     *
     * @param webSocket where devices connect over WebSocket; without it the cases about WebSocket are skipped
     * @param tls for endpoints with TLS
     */
    public record Server(Endpoints endpoints, Optional<URI> webSocket, ClientTls tls) {}

    /**
     * @param token the operator's
     * @param caseMillisMax after how long a case has failed
     */
    public Certifier(Server server, String token, long caseMillisMax, RandomGenerator random, LongSupplier nanos) {
        this.server = server;
        this.nanos = nanos;
        this.caseMillisMax = caseMillisMax;
        this.timeout = Duration.ofMillis(caseMillisMax / TIMEOUTS_PER_CASE);
        this.run = "certify-" + name(random);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "certify");
            thread.setDaemon(true);
            return thread;
        });
        this.operator = new HttpCaller(
                new BoundedHttpClient(threads, server.tls(), REQUESTS_AT_ONCE_MAX, REQUESTS_AT_ONCE_MAX),
                server.endpoints().http(),
                server.tls(),
                token);
    }

    private static String name(RandomGenerator random) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < NAME_LENGTH; i++) {
            name.append((char) ('a' + random.nextInt(26)));
        }
        return name.toString();
    }

    /** The ids of all cases, in the order of their numbers. */
    public static List<String> ids() {
        return ConformanceCases.ALL.stream().map(ConformanceCase::id).toList();
    }

    /**
     * Checks that the server answers, accepts the operator's token, and accepts MQTT connections.
     *
     * @throws IOException if not; its message is one line that says why
     */
    public void checkReachable() throws IOException, InterruptedException {
        HttpReply answer;
        try {
            answer = operator.sendAsync("GET", "/v1/devices/" + run, "")
                    .get(2L * CONNECT_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unreachable) {
            throw new IOException(
                    "no answer from " + server.endpoints().http() + ": " + reason(unreachable), unreachable);
        }
        if (answer.status() == 401 || answer.status() == 403) {
            throw new IOException("the server does not take the token for an operator's: HTTP " + answer.status());
        }
        try (Socket socket = new Socket()) {
            socket.connect(server.endpoints().broker(), CONNECT_MILLIS_MAX);
        } catch (IOException unreachable) {
            throw new IOException(
                    "no connection to " + server.endpoints().mqtt() + ": " + reason(unreachable), unreachable);
        }
    }

    /**
     * Runs the cases with these ids, in the order of their numbers.
     *
     * @param each is called with each outcome as soon as it is known
     * @throws IllegalArgumentException if there is no such case
     */
    public Certificate run(List<String> ids, Consumer<CaseOutcome> each) throws InterruptedException {
        Set<String> unknown = new LinkedHashSet<>(ids);
        ids().forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no such case: " + String.join(", ", unknown));
        }
        List<CaseOutcome> outcomes = new ArrayList<>();
        for (ConformanceCase one : ConformanceCases.ALL) {
            if (ids.contains(one.id())) {
                CaseOutcome outcome = run(one);
                outcomes.add(outcome);
                each.accept(outcome);
            }
        }
        return new Certificate(outcomes);
    }

    private CaseOutcome run(ConformanceCase one) throws InterruptedException {
        int number = one.number();
        long start = nanos.getAsLong();
        String failure = null;
        String skipped = null;
        CaseContext context = new CaseContext(operator, server, run + "-" + number, timeout, nanos);
        Future<?> running = threads.submit(() -> {
            one.check().run(context);
            return null;
        });
        try {
            running.get(caseMillisMax, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            running.cancel(true);
            failure = "expected an end within " + caseMillisMax + " ms; came none";
        } catch (ExecutionException | CancellationException failed) {
            if (failed.getCause() instanceof SkippedCase unseen) {
                skipped = unseen.getMessage();
            } else {
                failure = RuleViolation.shorten(reason(failed));
            }
        } finally {
            context.close();
        }
        return new CaseOutcome(number, one.id(), failure, skipped, (nanos.getAsLong() - start) / 1_000_000);
    }

    private static String reason(Exception failed) {
        Throwable cause = failed;
        while ((cause instanceof ExecutionException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RuleViolation ? String.valueOf(cause.getMessage()) : cause.toString();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

package io.bellwire.device.net;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP client with a bound on concurrent requests; all devices of a process share it. Without a bound, the
 * client opens a connection for each concurrent request, and a fleet that is signalled at once would open thousands.
 * Further requests wait in a queue, in order; a request that finds the queue full fails at once. Responses are read up
 * to {@value #BODY_BYTES_MAX} bytes. Thread-safe.
 */
public final class BoundedHttpClient {
    /** A page of the feed has at most 1 MiB and one more change; this leaves room for a part of a snapshot. */
    public static final int BODY_BYTES_MAX = 64 << 20;

    /** The JDK's client bounds only the time until the headers: a body that stops half-way would occupy its place. */
    private static final Duration BODY_TIMEOUT = Duration.ofMinutes(2);

    private final HttpClient client;
    private final int inFlightMax;
    private final int queueMax;
    private final Duration bodyTimeout;
    private final Set<QueuedRequest> queue = new LinkedHashSet<>();
    private int inFlight;
    /** Whether a thread takes requests from the queue: another leaves them to it, so that no call nests in itself. */
    private boolean isSending;

    /**
     * @param executor runs the JDK client's own work; may be shared
     * @param inFlightMax how many requests are sent at a time
     * @param queueMax how many more requests may wait
     */
    public BoundedHttpClient(Executor executor, int inFlightMax, int queueMax) {
        this(executor, ClientTls.SYSTEM, inFlightMax, queueMax, BODY_TIMEOUT);
    }

    /** @param tls for servers at {@code https} */
    public BoundedHttpClient(Executor executor, ClientTls tls, int inFlightMax, int queueMax) {
        this(executor, tls, inFlightMax, queueMax, BODY_TIMEOUT);
    }

    /** @param bodyTimeout how long a response may take beyond the request's own timeout */
    BoundedHttpClient(Executor executor, int inFlightMax, int queueMax, Duration bodyTimeout) {
        this(executor, ClientTls.SYSTEM, inFlightMax, queueMax, bodyTimeout);
    }

    private BoundedHttpClient(Executor executor, ClientTls tls, int inFlightMax, int queueMax, Duration bodyTimeout) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(5))
                .executor(executor)
                .sslContext(tls.context())
                .sslParameters(tls.parameters())
                .build();
        this.inFlightMax = inFlightMax;
        this.queueMax = queueMax;
        this.bodyTimeout = bodyTimeout;
    }

    /**
     * Sends the request as soon as the bound allows. The future fails with an {@link IOException} or what the JDK's
     * client throws. Cancelling it takes the request out of the queue, or cancels it and closes its connection.
     */
    public CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
        QueuedRequest queued = new QueuedRequest(request);
        synchronized (queue) {
            if (queue.size() >= queueMax + inFlightMax - inFlight) {
                queued.promise.completeExceptionally(
                        new IOException("the queue is full: " + queueMax + " requests wait to be sent"));
                return queued.promise;
            }
            queue.add(queued);
        }
        CompletableFuture<?> unused = queued.promise.whenComplete((response, failure) -> leaveQueue(queued));
        sendQueued();
        return queued.promise;
    }

    private void leaveQueue(QueuedRequest queued) {
        synchronized (queue) {
            queue.remove(queued);
        }
    }

    /** Sends requests of the queue for as long as there are places. */
    private void sendQueued() {
        synchronized (queue) {
            if (isSending) {
                return;
            }
            isSending = true;
        }
        for (QueuedRequest next = takePlace(); next != null; next = takePlace()) {
            sendNow(next);
        }
    }

    /** Takes the first request from the queue, and a place for it; null if there is none. */
    private @Nullable QueuedRequest takePlace() {
        synchronized (queue) {
            Iterator<QueuedRequest> first = queue.iterator();
            if (inFlight >= inFlightMax || !first.hasNext()) {
                isSending = false;
                return null;
            }
            QueuedRequest next = first.next();
            first.remove();
            inFlight++;
            return next;
        }
    }

    private void sendNow(QueuedRequest next) {
        CompletableFuture<HttpResponse<byte[]>> promise = next.promise;
        CompletableFuture<HttpResponse<byte[]>> exchange = promise.isDone() ? promise : exchange(next.request);
        CompletableFuture<?> unused = exchange.whenComplete((response, failure) -> {
            synchronized (queue) {
                inFlight--;
            }
            if (failure != null) {
                promise.completeExceptionally(failure);
            } else {
                promise.complete(response);
            }
            sendQueued();
        });
        next.request
                .timeout()
                .map(bodyTimeout::plus)
                .ifPresent(timeout -> promise.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS));
        CompletableFuture<?> ignored = promise.whenComplete((response, failure) -> exchange.cancel(true));
    }

    private CompletableFuture<HttpResponse<byte[]>> exchange(HttpRequest request) {
        try {
            return client.sendAsync(request, info -> new CappedBody(BODY_BYTES_MAX));
        } catch (Throwable failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    /** A request and its answer. Two of them are never equal. */
    private static final class QueuedRequest {
        private final HttpRequest request;
        private final CompletableFuture<HttpResponse<byte[]>> promise = new CompletableFuture<>();

        private QueuedRequest(HttpRequest request) {
            this.request = request;
        }
    }
}

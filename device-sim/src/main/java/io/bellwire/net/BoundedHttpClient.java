package io.bellwire.net;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The one HTTP client of a process, with a bound on what is under way: the JDK's client opens a connection for each
 * concurrent request, and a fleet that wakes at once would open thousands. What is over the bound waits in order; what is
 * over the queue's bound fails at once. Answers are read up to {@value #BODY_BYTES_MAX} bytes. Thread-safe.
 */
public final class BoundedHttpClient {
    /** A page of the feed ends at 1 MiB and one more change; this leaves room for a snapshot's part. */
    public static final int BODY_BYTES_MAX = 64 << 20;

    private final HttpClient client;
    private final int inFlightMax;
    private final int queueMax;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private int inFlight;

    /** @param executor runs the client's own work; shared */
    public BoundedHttpClient(Executor executor, int inFlightMax, int queueMax) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(5))
                .executor(executor)
                .build();
        this.inFlightMax = inFlightMax;
        this.queueMax = queueMax;
    }

    /**
     * Sends it as soon as there is room. The future fails with an {@link IOException} or what the client throws; to cancel
     * it gives the request up, and its connection with it.
     */
    public CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> promise = new CompletableFuture<>();
        synchronized (queue) {
            if (inFlight >= inFlightMax) {
                if (queue.size() >= queueMax) {
                    promise.completeExceptionally(new IOException("too many requests wait for their turn"));
                } else {
                    queue.add(new Waiting(request, promise));
                }
                return promise;
            }
            inFlight++;
        }
        begin(request, promise);
        return promise;
    }

    private void begin(HttpRequest request, CompletableFuture<HttpResponse<byte[]>> promise) {
        if (promise.isDone()) {
            next();
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request, info -> new CappedBody(BODY_BYTES_MAX));
        CompletableFuture<?> ignored = exchange.whenComplete((response, failure) -> {
            next();
            if (failure != null) {
                promise.completeExceptionally(failure);
            } else {
                promise.complete(response);
            }
        });
        CompletableFuture<?> unused = promise.whenComplete((response, failure) -> {
            if (promise.isCancelled()) {
                exchange.cancel(true);
            }
        });
    }

    private void next() {
        Waiting waiting;
        synchronized (queue) {
            waiting = queue.poll();
            if (waiting == null) {
                inFlight--;
                return;
            }
        }
        begin(waiting.request(), waiting.promise());
    }

    private record Waiting(HttpRequest request, CompletableFuture<HttpResponse<byte[]>> promise) {}
}

package io.bellwire.device.net;

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
 * The JDK's HTTP client with a bound on concurrent requests; all devices of a process share it. Without a bound, the
 * client opens a connection for each concurrent request, and a fleet that is signalled at once would open thousands.
 * Further requests wait in a queue, in order; a request that finds the queue full fails at once. Responses are read up
 * to {@value #BODY_BYTES_MAX} bytes. Thread-safe.
 */
public final class BoundedHttpClient {
    /** A page of the feed has at most 1 MiB and one more change; this leaves room for a part of a snapshot. */
    public static final int BODY_BYTES_MAX = 64 << 20;

    private final HttpClient client;
    private final int inFlightMax;
    private final int queueMax;
    private final Queue<QueuedRequest> queue = new ArrayDeque<>();
    private int inFlight;

    /**
     * @param executor runs the JDK client's own work; may be shared
     * @param inFlightMax how many requests are sent at a time
     * @param queueMax how many more requests may wait
     */
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
     * Sends the request as soon as the bound allows. The future fails with an {@link IOException} or what the JDK's
     * client throws. Cancelling it cancels the request and closes its connection.
     */
    public CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> promise = new CompletableFuture<>();
        synchronized (queue) {
            if (inFlight >= inFlightMax) {
                if (queue.size() >= queueMax) {
                    promise.completeExceptionally(
                            new IOException("the queue is full: " + queueMax + " requests wait to be sent"));
                } else {
                    queue.add(new QueuedRequest(request, promise));
                }
                return promise;
            }
            inFlight++;
        }
        sendNow(request, promise);
        return promise;
    }

    private void sendNow(HttpRequest request, CompletableFuture<HttpResponse<byte[]>> promise) {
        if (promise.isDone()) {
            sendNext();
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request, info -> new CappedBody(BODY_BYTES_MAX));
        CompletableFuture<?> ignored = exchange.whenComplete((response, failure) -> {
            sendNext();
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

    /** A request has ended: its place goes to the first request of the queue. */
    private void sendNext() {
        QueuedRequest next;
        synchronized (queue) {
            next = queue.poll();
            if (next == null) {
                inFlight--;
                return;
            }
        }
        sendNow(next.request(), next.promise());
    }

    private record QueuedRequest(HttpRequest request, CompletableFuture<HttpResponse<byte[]>> promise) {}
}

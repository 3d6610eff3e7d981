package io.bellwire.device.net;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Receives signals as server-sent events. Each device has its own connection; all share the one selector thread of the
 * JDK's client and the executor. After the end of a stream, the device's next one is opened only after the time that
 * the server's last {@code retry} says. An answer that is not {@code text/event-stream}, such as the page of a captive
 * portal, is no stream. Thread-safe.
 */
public final class SseSignals implements SignalSource {
    /** Three of the server's heartbeats: a stream without a byte for so long is closed. */
    public static final long SILENCE_MILLIS = 45_000;

    private static final String EVENT_STREAM = "text/event-stream";
    private static final long OPEN_TIMEOUT_MILLIS = 10_000;
    /** A device waits no longer than this: a longer Retry-After or retry is taken for an error of the server. */
    private static final long RETRY_AFTER_MILLIS_MAX = 60_000;

    private final HttpClient client;
    private final URI server;
    private final Timers timers;
    private final long silenceMillis;
    private final HttpMeter meter;
    /** The {@code retry} of the last stream of each device whose last stream has ended by itself. */
    private final Map<DeviceId, Long> retryMillis = new ConcurrentHashMap<>();

    /**
     * @param server for example {@code http://127.0.0.1:8080}
     * @param executor runs the JDK client's own work; may be shared
     * @param silenceMillis how long a stream may have no byte before it is closed
     * @param meter counts the requests that open streams
     */
    public SseSignals(URI server, Executor executor, Timers timers, long silenceMillis, HttpMeter meter) {
        this(server, ClientTls.SYSTEM, executor, timers, silenceMillis, meter);
    }

    /** @param tls for a server at {@code https} */
    public SseSignals(
            URI server, ClientTls tls, Executor executor, Timers timers, long silenceMillis, HttpMeter meter) {
        this.server = server;
        this.timers = timers;
        this.silenceMillis = silenceMillis;
        this.meter = new SafeMeter(meter);
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(OPEN_TIMEOUT_MILLIS))
                .executor(executor)
                .sslContext(tls.context())
                .sslParameters(tls.parameters())
                .build();
    }

    @Override
    public SignalSubscription connect(
            DeviceCredentials credentials, @Nullable DeviceCursor cursor, SignalListener listener) {
        Stream stream = new Stream(credentials.id(), new SafeListener(credentials, listener), cursor != null);
        HttpRequest request = request(credentials, cursor);
        Long waitMillis = retryMillis.remove(credentials.id());
        if (waitMillis != null) {
            // added to the device's own wait, which is random, so that many devices do not come back at once
            timers.after(waitMillis, () -> stream.open(request));
        } else {
            stream.open(request);
        }
        return stream;
    }

    private HttpRequest request(DeviceCredentials credentials, @Nullable DeviceCursor cursor) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        server.resolve("/v1/devices/" + credentials.id() + "/signals"))
                .header("Accept", EVENT_STREAM)
                .header("Authorization", "Bearer " + credentials.secret());
        if (cursor != null) {
            request.header("Last-Event-ID", cursor.toString());
        }
        return request.GET().build();
    }

    @Override
    public void close() {
        // the JDK's client ends with its last stream, and the executor belongs to the caller
    }

    /** One stream, from its request to its end. */
    private final class Stream implements SignalSubscription, HttpResponse.BodySubscriber<Void> {
        private final DeviceId device;
        private final SafeListener listener;
        private final boolean resumes;
        private final SseParser parser = new SseParser(this::event);
        private final CompletableFuture<Void> bodyEnd = new CompletableFuture<>();
        private volatile long lastByteMillis = timers.nowMillis();
        private volatile long silenceMaxMillis = OPEN_TIMEOUT_MILLIS;
        private volatile long lastRetryMillis;
        private volatile boolean ended;
        private volatile @Nullable CompletableFuture<?> response;
        private volatile Flow.@Nullable Subscription subscription;
        private volatile Timers.@Nullable ScheduledTask silenceTimer;

        private Stream(DeviceId device, SafeListener listener, boolean resumes) {
            this.device = device;
            this.listener = listener;
            this.resumes = resumes;
        }

        private void open(HttpRequest request) {
            if (ended) {
                return;
            }
            lastByteMillis = timers.nowMillis();
            meter.sent(HttpBytes.of(request));
            startSilenceTimer(OPEN_TIMEOUT_MILLIS);
            CompletableFuture<?> opened = send(request);
            response = opened;
            CompletableFuture<?> ignored = opened.whenComplete((headers, failure) -> {
                if (failure != null) {
                    fail("stream lost: " + failure.getMessage());
                }
            });
        }

        private CompletableFuture<?> send(HttpRequest request) {
            try {
                return client.sendAsync(request, this::headersReceived);
            } catch (Throwable failed) {
                MemoryExhausted.rethrow(failed);
                return CompletableFuture.failedFuture(failed);
            }
        }

        private HttpResponse.BodySubscriber<Void> headersReceived(HttpResponse.ResponseInfo info) {
            meter.received(info.statusCode(), HttpBytes.of(info));
            if (info.statusCode() != 200) {
                refused(info, "HTTP " + info.statusCode());
                return this;
            }
            if (!HttpFeed.isOfType(info.headers(), EVENT_STREAM)) {
                refused(info, "the answer is not an event stream");
                return this;
            }
            lastByteMillis = timers.nowMillis();
            silenceMaxMillis = silenceMillis;
            cancelSilenceTimer();
            startSilenceTimer(silenceMillis);
            if (resumes) {
                listener.resumed();
            } else {
                listener.subscribed();
            }
            return this;
        }

        /**
         * Notifies the device only after {@code Retry-After}, because it connects again soon after the notification.
         * The body is not read.
         */
        private void refused(HttpResponse.ResponseInfo info, String reason) {
            ended = true;
            cancelSilenceTimer();
            bodyEnd.complete(null);
            long retryAfterMillis = Math.min(RETRY_AFTER_MILLIS_MAX, HttpFeed.retryAfterMillis(info.headers()));
            timers.after(retryAfterMillis, () -> listener.disconnected(reason));
        }

        private void startSilenceTimer(long delayMillis) {
            silenceTimer = timers.after(delayMillis, () -> {
                if (ended) {
                    return;
                }
                long leftMillis = lastByteMillis + silenceMaxMillis - timers.nowMillis();
                if (leftMillis > 0) {
                    startSilenceTimer(leftMillis);
                } else {
                    fail("nothing came for " + silenceMaxMillis + " ms");
                }
            });
        }

        private void cancelSilenceTimer() {
            Timers.ScheduledTask timer = silenceTimer;
            if (timer != null) {
                timer.cancel();
            }
        }

        private void event(SseEvent event) {
            switch (event.name()) {
                case "signal", "reminder" -> listener.message(event.data().getBytes(StandardCharsets.UTF_8));
                case "bye" -> {
                    rememberRetry();
                    fail("the server says bye: " + event.data());
                }
                default -> {
                    // a newer server may send other events
                }
            }
        }

        private void rememberRetry() {
            lastRetryMillis = Math.min(RETRY_AFTER_MILLIS_MAX, parser.retryMillis());
        }

        private void fail(String reason) {
            if (!ended) {
                if (lastRetryMillis > 0) {
                    retryMillis.put(device, lastRetryMillis);
                }
                listener.disconnected(reason);
            }
            end();
        }

        @Override
        public void close() {
            listener.stop();
            end();
        }

        private void end() {
            ended = true;
            cancelSilenceTimer();
            Flow.Subscription body = subscription;
            if (body != null) {
                body.cancel();
            }
            CompletableFuture<?> opened = response;
            if (opened != null) {
                opened.cancel(true);
            }
            bodyEnd.complete(null);
        }

        @Override
        public CompletionStage<Void> getBody() {
            return bodyEnd;
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            if (ended) {
                newSubscription.cancel();
            } else {
                newSubscription.request(1);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            lastByteMillis = timers.nowMillis();
            try {
                for (ByteBuffer buffer : buffers) {
                    parser.parse(buffer);
                }
                rememberRetry();
            } catch (IOException | RuntimeException malformed) {
                fail("no event stream: " + malformed.getMessage());
                return;
            }
            Flow.Subscription body = subscription;
            if (!ended && body != null) {
                body.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            fail("stream lost: " + failure.getMessage());
        }

        @Override
        public void onComplete() {
            fail("the server ended the stream");
        }
    }
}

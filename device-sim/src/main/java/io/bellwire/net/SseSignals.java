package io.bellwire.net;

import io.bellwire.device.DeviceCursor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Signals as server-sent events. Each device has a connection of its own, and all share the JDK client's one selector
 * thread and the executor. Thread-safe.
 */
public final class SseSignals implements SignalSource {
    /** Three heartbeats of the server's; without any byte for so long the connection is taken for dead. */
    public static final long SILENCE_MILLIS = 45_000;

    private static final long PATIENCE_MILLIS = 10_000;
    /** A server that asks for more has made a mistake that a device should not follow. */
    private static final long RETRY_AFTER_MILLIS_MAX = 60_000;

    private final HttpClient client;
    private final URI server;
    private final Timers timers;
    private final long silenceMillis;
    private final HttpMeter meter;

    /**
     * @param server for example {@code http://127.0.0.1:8080}
     * @param executor runs the client's own work; shared
     * @param meter is told of the requests that open streams
     */
    public SseSignals(URI server, Executor executor, Timers timers, long silenceMillis, HttpMeter meter) {
        this.server = server;
        this.timers = timers;
        this.silenceMillis = silenceMillis;
        this.meter = meter;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(PATIENCE_MILLIS))
                .executor(executor)
                .build();
    }

    @Override
    public Call dial(DeviceCredentials who, @Nullable DeviceCursor place, Ear ear) {
        Stream stream = new Stream(new SafeListener(who, ear), place != null);
        stream.open(request(who, place));
        return stream;
    }

    private HttpRequest request(DeviceCredentials who, @Nullable DeviceCursor place) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/v1/devices/" + who.id() + "/signals"))
                .header("Accept", "text/event-stream")
                .header("Authorization", "Bearer " + who.secret());
        if (place != null) {
            request.header("Last-Event-ID", place.toString());
        }
        return request.GET().build();
    }

    @Override
    public void close() {
        // the client ends with its last stream, and its executor is the process's
    }

    /** One stream, from its request to its end. */
    private final class Stream implements Call, HttpResponse.BodySubscriber<Void> {
        private final SafeListener ear;
        private final boolean resumes;
        private final SseParser parser = new SseParser(this::heard);
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private volatile long heardMillis = timers.nowMillis();
        private volatile long patienceMillis = PATIENCE_MILLIS;
        private volatile boolean over;
        private volatile @Nullable CompletableFuture<?> exchange;
        private volatile Flow.@Nullable Subscription subscription;
        private volatile Timers.@Nullable Pending alarm;

        private Stream(SafeListener ear, boolean resumes) {
            this.ear = ear;
            this.resumes = resumes;
        }

        private void open(HttpRequest request) {
            meter.sent(HttpBytes.of(request));
            watch(PATIENCE_MILLIS);
            CompletableFuture<?> sent = client.sendAsync(request, this::answered);
            exchange = sent;
            CompletableFuture<?> ignored = sent.whenComplete((response, failure) -> {
                if (failure != null) {
                    cut("stream lost: " + failure.getMessage());
                }
            });
        }

        private HttpResponse.BodySubscriber<Void> answered(HttpResponse.ResponseInfo info) {
            meter.received(info.statusCode(), HttpBytes.of(info));
            if (info.statusCode() != 200) {
                refused(info);
                return HttpResponse.BodySubscribers.discarding();
            }
            heardMillis = timers.nowMillis();
            patienceMillis = silenceMillis;
            unwatch();
            watch(silenceMillis);
            if (resumes) {
                ear.resumed();
            } else {
                ear.listening();
            }
            return this;
        }

        /** The device learns of it as late as the server wants it back. */
        private void refused(HttpResponse.ResponseInfo info) {
            over = true;
            long retryAfterMillis = Math.min(RETRY_AFTER_MILLIS_MAX, HttpFeed.retryAfterMillis(info.headers()));
            timers.after(retryAfterMillis, () -> ear.cut("HTTP " + info.statusCode()));
        }

        private void watch(long delayMillis) {
            alarm = timers.after(delayMillis, () -> {
                if (over) {
                    return;
                }
                long leftMillis = heardMillis + patienceMillis - timers.nowMillis();
                if (leftMillis > 0) {
                    watch(leftMillis);
                } else {
                    cut("nothing came for " + patienceMillis + " ms");
                }
            });
        }

        private void unwatch() {
            Timers.Pending watching = alarm;
            if (watching != null) {
                watching.cancel();
            }
        }

        private void heard(SseEvent event) {
            switch (event.name()) {
                case "signal", "reminder" -> ear.heard(event.data().getBytes(StandardCharsets.UTF_8));
                case "bye" -> cut("the server says bye: " + event.data());
                default -> {
                    // a newer server may have more to say
                }
            }
        }

        private void cut(String why) {
            if (!over) {
                ear.cut(why);
            }
            end();
        }

        @Override
        public void hangUp() {
            ear.silence();
            end();
        }

        private void end() {
            over = true;
            unwatch();
            Flow.Subscription body = subscription;
            if (body != null) {
                body.cancel();
            }
            CompletableFuture<?> sent = exchange;
            if (sent != null) {
                sent.cancel(true);
            }
            end.complete(null);
        }

        @Override
        public CompletionStage<Void> getBody() {
            return end;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (over) {
                given.cancel();
            } else {
                given.request(1);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            heardMillis = timers.nowMillis();
            try {
                for (ByteBuffer buffer : buffers) {
                    parser.take(buffer);
                }
            } catch (IOException malformed) {
                cut("no event stream: " + malformed.getMessage());
                return;
            }
            Flow.Subscription body = subscription;
            if (!over && body != null) {
                body.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            cut("stream lost: " + failure.getMessage());
        }

        @Override
        public void onComplete() {
            cut("the server ended the stream");
        }
    }
}

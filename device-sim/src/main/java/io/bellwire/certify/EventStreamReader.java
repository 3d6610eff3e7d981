package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.device.net.ClientTls;
import io.bellwire.device.net.SseEvent;
import io.bellwire.device.net.SseParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads a stream of server-sent events, event by event. One thread reads; any thread may close. */
final class EventStreamReader implements AutoCloseable {
    /** More events than a server sends in any case; further events are discarded. */
    private static final int EVENTS_MAX = 10_000;

    private final Duration timeout;
    private final Events events = new Events();
    private final HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;

    /**
     * One event.
     *
     * @param id the stream's last id up to this event; empty if there was none
     */
    record Event(String id, String name, String data) {
        static Event of(SseEvent event) {
            return new Event(event.lastId(), event.name(), event.data());
        }

        JsonNode json() throws RuleViolation {
            try {
                return HttpReply.JSON.readTree(data);
            } catch (IOException malformed) {
                throw new RuleViolation("JSON in an event", data);
            }
        }

        int length() {
            return data.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    /** @param headers names and values in turn */
    EventStreamReader(URI address, ClientTls tls, String token, Duration timeout, String... headers)
            throws IOException, InterruptedException {
        this.timeout = timeout;
        HttpClient client = tls.newHttpClient();
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        response = client.send(request.build(), HttpResponse.BodyHandlers.ofPublisher());
        response.body().subscribe(events);
    }

    int status() {
        return response.statusCode();
    }

    /** The media type without parameters. */
    String mediaType() {
        return response.headers()
                .firstValue("Content-Type")
                .orElse("")
                .replaceFirst(";.*", "")
                .strip();
    }

    /** Returns the next signal that is not a reminder; fails if none comes in time. */
    Event nextSignal() throws Exception {
        Event event = awaitEvent();
        while (event.name().equals("reminder")) {
            event = awaitEvent();
        }
        Expect.same("name of an event", "signal", event.name());
        return event;
    }

    /** Returns the next event; fails if none comes in time or it is not a reminder. */
    Event nextReminder() throws Exception {
        Event event = awaitEvent();
        Expect.same("name of an event that tells the same cursor again", "reminder", event.name());
        return event;
    }

    private Event awaitEvent() throws Exception {
        return next(timeout)
                .orElseThrow(
                        () -> new RuleViolation("a signal on the stream within " + timeout.toMillis() + " ms", "none"));
    }

    /** Returns the next signal of that revision or a higher one. */
    Event awaitRevision(long revision) throws Exception {
        Event event = nextSignal();
        while (event.json().path("revision").asLong(-1) < revision) {
            event = nextSignal();
        }
        return event;
    }

    /** The next event of any name; empty if none comes in that time, or the stream has ended. */
    Optional<Event> next(Duration wait) throws InterruptedException {
        Optional<Event> event = events.queue.poll(Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
        return event == null ? Optional.empty() : event;
    }

    @Override
    public void close() {
        events.cancel();
    }

    /** Queues the events of the stream, and an empty entry at its end. */
    private static final class Events implements Flow.Subscriber<List<ByteBuffer>> {
        private final BlockingQueue<Optional<Event>> queue = new LinkedBlockingQueue<>(EVENTS_MAX);
        private final SseParser parser = new SseParser(event -> {
            boolean unused = queue.offer(Optional.of(Event.of(event)));
        });
        private Flow.@Nullable Subscription subscription;
        private boolean closed;

        @Override
        public synchronized void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (closed) {
                given.cancel();
            } else {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            try {
                for (ByteBuffer buffer : buffers) {
                    parser.parse(buffer);
                }
            } catch (IOException tooLong) {
                cancel();
                onComplete();
            }
        }

        @Override
        public void onError(Throwable failure) {
            onComplete();
        }

        @Override
        public void onComplete() {
            boolean unused = queue.offer(Optional.empty());
        }

        private synchronized void cancel() {
            closed = true;
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}

package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads a stream of server-sent events, event by event. One thread reads; any thread may close. */
final class EventStreamReader implements AutoCloseable {
    /** More lines than a server sends in any case; further lines are discarded. */
    private static final int LINES_MAX = 10_000;

    private static final String END = "\u0000end";

    private final Duration timeout;
    private final LongSupplier nanos;
    private final Lines lines = new Lines();
    private final HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;

    /** One event; a field that the stream does not give is empty. */
    record Event(String id, String name, String data) {
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
    EventStreamReader(URI address, String token, Duration timeout, LongSupplier nanos, String... headers)
            throws IOException, InterruptedException {
        this.timeout = timeout;
        this.nanos = nanos;
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        response = client.send(request.build(), HttpResponse.BodyHandlers.ofPublisher());
        response.body().subscribe(HttpResponse.BodySubscribers.fromLineSubscriber(lines));
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
        long until = nanos.getAsLong() + wait.toNanos();
        String id = "";
        String name = "";
        StringBuilder data = new StringBuilder();
        while (true) {
            String line = lines.queue.poll(Math.max(0, until - nanos.getAsLong()), TimeUnit.NANOSECONDS);
            if (line == null || line.equals(END)) {
                return Optional.empty();
            }
            if (line.isEmpty() && data.length() > 0) {
                return Optional.of(new Event(id, name, data.toString()));
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).stripLeading();
            switch (field) {
                case "id" -> id = value;
                case "event" -> name = value;
                case "data" -> data.append(data.length() == 0 ? "" : "\n").append(value);
                default -> {
                    // comments and retry times do not matter here
                }
            }
        }
    }

    @Override
    public void close() {
        lines.cancel();
    }

    private static final class Lines implements Flow.Subscriber<String> {
        private final BlockingQueue<String> queue = new LinkedBlockingQueue<>(LINES_MAX);
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
        public void onNext(String line) {
            boolean unused = queue.offer(line);
        }

        @Override
        public void onError(Throwable failure) {
            onComplete();
        }

        @Override
        public void onComplete() {
            boolean unused = queue.offer(END);
        }

        private synchronized void cancel() {
            closed = true;
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}

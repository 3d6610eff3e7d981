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

/** A stream of server-sent events, event by event. One thread reads; closing is for any. */
final class EventStreamReader implements AutoCloseable {
    /** More than any case has a server say: what is over it is thrown away. */
    private static final int LINES_MAX = 10_000;

    private static final String END = "\u0000end";

    private final Duration patience;
    private final LongSupplier nanos;
    private final Lines lines = new Lines();
    private final HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;

    /** One event, empty where the stream says nothing. */
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
    EventStreamReader(URI address, String token, Duration patience, LongSupplier nanos, String... headers)
            throws IOException, InterruptedException {
        this.patience = patience;
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
    String essence() {
        return response.headers()
                .firstValue("Content-Type")
                .orElse("")
                .replaceFirst(";.*", "")
                .strip();
    }

    /** The next signal that is not a reminder, of which there must be one in time. */
    Event hear() throws Exception {
        Event event = signal();
        while (event.name().equals("reminder")) {
            event = signal();
        }
        Expect.same("name of an event", "signal", event.name());
        return event;
    }

    /** The next event, which must come in time, and be a reminder of what was told before. */
    Event hearAgain() throws Exception {
        Event event = signal();
        Expect.same("name of an event that tells the same cursor again", "reminder", event.name());
        return event;
    }

    private Event signal() throws Exception {
        return next(patience)
                .orElseThrow(() ->
                        new RuleViolation("a signal on the stream within " + patience.toMillis() + " ms", "none"));
    }

    /** The next signal of that revision or a higher one. */
    Event hearRevision(long revision) throws Exception {
        Event event = hear();
        while (event.json().path("revision").asLong(-1) < revision) {
            event = hear();
        }
        return event;
    }

    /** The next event of whatever name; empty if there is none in that time, or no more at all. */
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
                    // comments, and times to wait, are not what is asked for here
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

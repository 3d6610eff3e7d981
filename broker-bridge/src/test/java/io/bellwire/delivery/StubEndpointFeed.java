package io.bellwire.delivery;

import io.bellwire.log.Chain;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.OverloadedException;
import io.bellwire.log.Revision;
import io.bellwire.runtime.Scheduler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The feeds of partners in lists. Reads of the store take 2 ms and can be made to fail. */
final class StubEndpointFeed implements EndpointFeed {
    static final String CREATED = "io.bellwire.order.created";
    /** Change n is committed so many ms after this. */
    static final long BEGIN_MILLIS = 1_790_000_000_000L;

    private static final Duration READ_TIME = Duration.ofMillis(2);

    /** Made once, since stack traces take long. */
    private final OverloadedException failure = new OverloadedException("too many reads");

    private final Scheduler time;
    private final Map<FeedId, Content> feeds = new HashMap<>();
    /** The epoch of all feeds. */
    Epoch epoch = new Epoch("abcdefghij");
    /** How many of the newest changes are in memory. */
    int recentMax = Integer.MAX_VALUE;
    /** Whether reads of the store fail. */
    boolean isFailing;
    /** Reads of the store so far. */
    int loads;

    int loadsUnderWay;
    int loadsUnderWayMax;

    /** One feed. */
    static final class Content {
        final List<Change> changes = new ArrayList<>();
        long earliest;
        long read;
        long processed;

        long head() {
            return changes.size();
        }
    }

    StubEndpointFeed(Scheduler time) {
        this.time = time;
    }

    Content of(FeedId feed) {
        return feeds.computeIfAbsent(feed, id -> new Content());
    }

    /** Appends a change of an order with these data. */
    Change append(FeedId feed, String type, UUID order, String data) {
        String json = "\"type\":\"" + type + "\",\"subject\":\"" + order
                + "\",\"time\":\"2026-11-20T08:00:00.000Z\",\"datacontenttype\":\"application/json\",\"data\":";
        return append(feed, new EventJson((json + data + "}").getBytes(StandardCharsets.UTF_8), json.length()), order);
    }

    /** Appends an event with this JSON, from {@code "type"} to the closing brace. */
    Change append(FeedId feed, EventJson json, @Nullable UUID subject) {
        Content content = of(feed);
        long revision = content.head() + 1;
        Event event = new Event(new EventNumber(revision), BEGIN_MILLIS + revision, json, subject);
        int before = revision == 1
                ? Chain.START
                : content.changes.get((int) revision - 2).chain();
        Change change = new Change(new Revision(revision), event, Chain.next(before, event.checksum()));
        content.changes.add(change);
        return change;
    }

    @Override
    public @Nullable FeedSlice recent(FeedId feed, Revision after, int limit, long bytesMax) {
        Content content = of(feed);
        return content.head() - after.value() > recentMax ? null : slice(content, after.value(), limit, bytesMax);
    }

    @Override
    public CompletionStage<FeedSlice> load(FeedId feed, Revision after, int limit, long bytesMax) {
        loads++;
        loadsUnderWay++;
        loadsUnderWayMax = Math.max(loadsUnderWayMax, loadsUnderWay);
        CompletableFuture<FeedSlice> loaded = new CompletableFuture<>();
        time.schedule(READ_TIME, () -> {
            loadsUnderWay--;
            if (isFailing) {
                loaded.completeExceptionally(failure);
            } else {
                loaded.complete(slice(of(feed), after.value(), limit, bytesMax));
            }
        });
        return loaded;
    }

    private FeedSlice slice(Content content, long after, int limit, long bytesMax) {
        List<Change> changes = new ArrayList<>();
        long bytes = 0;
        for (long at = Math.max(after, content.earliest); at < content.head() && changes.size() < limit; at++) {
            Change change = content.changes.get((int) at);
            bytes += change.event().json().length();
            if (bytes > bytesMax && !changes.isEmpty()) {
                break;
            }
            changes.add(change);
        }
        int chain = content.changes.isEmpty()
                ? Chain.START
                : content.changes.get(content.changes.size() - 1).chain();
        return new FeedSlice(
                new Cursor(epoch, new Revision(content.head()), chain),
                new Revision(content.read),
                new Revision(content.processed),
                new Revision(content.earliest),
                changes);
    }
}

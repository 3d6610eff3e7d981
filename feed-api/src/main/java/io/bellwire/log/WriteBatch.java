package io.bellwire.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one batch of writes has read and decided so far, all of which becomes durable together or not at all. A write
 * sees what earlier writes of the same batch have decided. Used by one thread.
 */
public final class WriteBatch {
    /** More events than any batch has; a store that assigns numbers in blocks keeps that many ready. */
    public static final int EVENTS_MAX = 1 << 18;

    private final BatchInput loaded;
    private final Instant now;
    private final long steadyMillis;
    /** {@link #now} as text, made once for all events. */
    private final byte[] time;

    private long nextEventNumber;
    private final Map<FeedNumber, Position> heads = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Records records = new Records();
    private final Map<Feed, Position> processed = new LinkedHashMap<>();
    private final Map<Feed, Position> received = new LinkedHashMap<>();

    /**
     * An event in one feed.
     *
     * @param before the position of the change before it
     */
    public record Entry(Feed feed, Position before, Change change) {
        public Revision revision() {
            return change.revision();
        }

        public Event event() {
            return change.event();
        }
    }

    /** A batch whose two times are the same. */
    public WriteBatch(BatchInput loaded, Instant now) {
        this(loaded, now, now.toEpochMilli());
    }

    WriteBatch(BatchInput loaded, Instant now, long steadyMillis) {
        this.loaded = loaded;
        this.now = now;
        this.steadyMillis = steadyMillis;
        this.time = Timestamps.format(now).getBytes(StandardCharsets.US_ASCII);
        this.nextEventNumber = loaded.firstEventNumber().value();
    }

    /** The time of the commit: one for the whole batch, never before that of an earlier batch. */
    public Instant now() {
        return now;
    }

    /** The time of the commit by a clock that does not jump when the wall clock is set: see {@link SteadyClock}. */
    public long steadyMillis() {
        return steadyMillis;
    }

    /** The feed of this name; the write must have asked for it. */
    public Feed feed(FeedId name) {
        Feed feed = loaded.feeds().get(name);
        if (feed == null) {
            throw new IllegalStateException("the write did not ask for feed " + name);
        }
        return feed;
    }

    /** The names of the feeds that this batch creates. */
    public Set<FeedId> createdFeeds() {
        return loaded.createdFeeds();
    }

    /** The revision of the next event in {@code feed}; the write must have named the feed. */
    public Revision nextRevision(Feed feed) {
        return head(feed).next();
    }

    /** The head of {@code feed}, with the events of this batch; the write must have named the feed. */
    public Revision head(Feed feed) {
        return headPosition(feed).revision();
    }

    /** The same as a position. */
    public Position headPosition(Feed feed) {
        Position mine = heads.get(feed.feedNumber());
        if (mine != null) {
            return mine;
        }
        Position head = loaded.heads().get(feed.feedNumber());
        if (head == null) {
            throw new IllegalStateException("the write did not name feed " + feed.id());
        }
        return head;
    }

    /**
     * Appends one event to all of {@code feeds}.
     *
     * @param subject the id of what the event is about; null for none
     */
    public Event append(RenderedEvent rendered, @Nullable UUID subject, Collection<Feed> feeds) {
        Event event = new Event(new EventNumber(nextEventNumber++), now.toEpochMilli(), rendered.jsonAt(time), subject);
        events.add(event);
        addToFeeds(event, feeds);
        return event;
    }

    /** Adds an event that is in the log already to further feeds; none of them may have it. */
    public void addToFeeds(Event event, Collection<Feed> feeds) {
        for (Feed feed : feeds) {
            Position before = headPosition(feed);
            Position next = before.next(event);
            heads.put(feed.feedNumber(), next);
            entries.add(new Entry(feed, before, new Change(next.revision(), event, next.chain())));
        }
    }

    /** The record, or null if there is none; the write must have named the key. */
    public <K, V> @Nullable V get(RecordType<K, V> type, K key) {
        Map<K, @Nullable V> mine = records.of(type);
        V put = mine.get(key);
        return put != null || mine.containsKey(key)
                ? put
                : loaded.records().of(type).get(key);
    }

    /** Puts the record in place of an earlier one. */
    public <K, V> void put(RecordType<K, V> type, K key, V value) {
        records.of(type).put(key, value);
    }

    /** Removes the record. */
    public <K, V> void remove(RecordType<K, V> type, K key) {
        records.of(type).put(key, null);
    }

    /** What the batch puts and, with null for the record, removes. */
    public Records records() {
        return records;
    }

    /** Whether there was no such record when the batch began; the write must have named the key. */
    public <K> boolean isNew(RecordType<K, ?> type, K key) {
        return !loaded.records().of(type).containsKey(key);
    }

    /** Moves the processed position of {@code feed} up to {@code position}; a lower one changes nothing. */
    public void acknowledge(Feed feed, Position position) {
        if (position.revision().isAfter(feed.processed())) {
            processed.merge(feed, position, Position::furthest);
        }
    }

    void received(Feed feed, Position position) {
        received.put(feed, position);
    }

    /** Whether the batch is acknowledged to somebody; received positions are only hints, as some records are. */
    public boolean isAcknowledged() {
        return !(entries.isEmpty() && createdFeeds().isEmpty() && records.hasOnlyHints() && processed.isEmpty());
    }

    /** How many event numbers the batch has used. */
    public long eventNumbersUsed() {
        return nextEventNumber - loaded.firstEventNumber().value();
    }

    public List<Event> events() {
        return events;
    }

    public List<Entry> entries() {
        return entries;
    }

    public Map<Feed, Position> processed() {
        return processed;
    }

    public Map<Feed, Position> received() {
        return received;
    }
}

package io.bellwire.log;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One feed in memory: its positions, and its newest changes while memory lasts. There is one object for each feed in a
 * process. Thread-safe: the writer appends, any thread reads.
 */
public final class Feed {
    private final FeedNumber feedNumber;
    private final FeedId id;
    private final Epoch epoch;
    private volatile Position head;
    private volatile Position earliest;
    private volatile Position received;
    private volatile Position processed;
    /** Consecutive changes up to the head, in a ring from {@code start}. Guarded by this. */
    private @Nullable Change[] recent = new Change[4];

    private int start;
    private int count;
    /** The position before the oldest of them; null if unknown. Guarded by this. */
    private @Nullable Position beforeRecent;

    /**
     * @param epoch the feed's own, see {@link Epoch#ofFeed}
     * @param head the newest change
     * @param earliest the position before the oldest change that is kept
     */
    public Feed(
            FeedNumber feedNumber,
            FeedId id,
            Epoch epoch,
            Position head,
            Position earliest,
            Position received,
            Position processed) {
        this.feedNumber = feedNumber;
        this.id = id;
        this.epoch = epoch;
        this.head = head;
        this.beforeRecent = head;
        this.earliest = earliest;
        this.received = received;
        this.processed = processed;
    }

    public FeedNumber feedNumber() {
        return feedNumber;
    }

    public FeedId id() {
        return id;
    }

    /** The identity of this life of the feed. */
    public Epoch epoch() {
        return epoch;
    }

    /** The newest durable revision. Readers get nothing past it. */
    public Revision head() {
        return head.revision();
    }

    /** The position of the newest durable change. */
    public Position headPosition() {
        return head;
    }

    /** The oldest revision that is kept. */
    public Revision first() {
        return earliest.revision().next();
    }

    /** The position before the oldest change that is kept: the first one from which a reader can continue. */
    public Position earliest() {
        return earliest;
    }

    /** The highest revision that a feed answer to the reader has carried. */
    public Revision received() {
        return receivedPosition().revision();
    }

    public Position receivedPosition() {
        return received.furthest(processed);
    }

    /** The highest revision that the reader has acknowledged. */
    public Revision processed() {
        return processed.revision();
    }

    public Position processedPosition() {
        return processed;
    }

    /** The cursor of a position in this feed. */
    public Cursor cursor(Position position) {
        return new Cursor(epoch, position);
    }

    /** Moves the received position up to {@code position}; false if it was there already. */
    public synchronized boolean markReceived(Position position) {
        if (!position.revision().isAfter(received.revision())) {
            return false;
        }
        received = position;
        return true;
    }

    synchronized boolean markProcessed(Position position) {
        if (!position.revision().isAfter(processed.revision())) {
            return false;
        }
        processed = position;
        return true;
    }

    synchronized void dropUpTo(Position position) {
        earliest = earliest.furthest(position);
        while (count > 0 && oldestInMemory() <= earliest.revision().value()) {
            dropOldest();
        }
    }

    /** Adds a durable change past the head. Called only by the writer. */
    synchronized void publish(Change change) {
        if (change.revision().minus(head()) != 1) {
            // the log has changes that this process has not seen: those in memory no longer end at the head
            start = 0;
            count = 0;
            recent = new Change[4];
            beforeRecent = null;
        }
        if (count == recent.length) {
            @Nullable Change[] wider = new Change[count * 2];
            for (int i = 0; i < count; i++) {
                wider[i] = recent[(start + i) % count];
            }
            recent = wider;
            start = 0;
        }
        recent[(start + count) % recent.length] = change;
        count++;
        head = change.position();
    }

    /**
     * Drops the change of {@code event} from memory if it is the oldest one there: memory is freed in the order in
     * which it was used.
     */
    synchronized void evict(Event event) {
        Change oldest = recent[start];
        if (oldest != null && oldest.event().eventNumber().equals(event.eventNumber())) {
            dropOldest();
        }
    }

    private void dropOldest() {
        Change oldest = recent[start];
        beforeRecent = oldest == null ? null : oldest.position();
        recent[start] = null;
        start = (start + 1) % recent.length;
        count--;
        if (count == 0 && recent.length > 64) {
            recent = new Change[4];
            start = 0;
        }
    }

    /**
     * Up to {@code limit} changes after {@code revision}, as many as {@code bytesMax} holds but at least one; null if
     * they are not all in memory.
     */
    public synchronized @Nullable List<Change> recent(Revision revision, int limit, long bytesMax) {
        long oldest = oldestInMemory();
        if (revision.value() + 1 < oldest) {
            return null;
        }
        Change[] changes = new Change[(int) Math.min(limit, Math.max(0, head().minus(revision)))];
        long bytes = 0;
        for (int i = 0; i < changes.length; i++) {
            Change change = changeAt(revision.value() + 1 + i, oldest);
            bytes += change.event().json().length();
            if (bytes > bytesMax && i > 0) {
                return List.of(Arrays.copyOf(changes, i));
            }
            changes[i] = change;
        }
        return List.of(changes); // immutable already, so that a page does not copy it again
    }

    /** The event at {@code revision} if it is in memory, else null. */
    public synchronized @Nullable Event recentAt(Revision revision) {
        Change change = changeAt(revision);
        return change == null ? null : change.event();
    }

    private @Nullable Change changeAt(Revision revision) {
        long oldest = oldestInMemory();
        return revision.value() < oldest || revision.isAfter(head()) ? null : changeAt(revision.value(), oldest);
    }

    /** The revision of the oldest change in memory; the one after the head if there is none. */
    private long oldestInMemory() {
        return head().value() - count + 1;
    }

    /**
     * The chain at {@code revision} if it is in memory, which those of the head and of the earliest position always
     * are.
     */
    public synchronized OptionalInt chainAt(Revision revision) {
        Change change = changeAt(revision);
        if (change != null) {
            return OptionalInt.of(change.chain());
        }
        return Stream.of(head, earliest, beforeRecent, Position.START)
                .filter(known -> known != null && known.revision().equals(revision))
                .mapToInt(Position::chain)
                .findFirst();
    }

    private Change changeAt(long revision, long oldest) {
        Change change = recent[(start + (int) (revision - oldest)) % recent.length];
        if (change == null) {
            throw new IllegalStateException("feed " + id + " has a hole in memory at " + revision);
        }
        return change;
    }
}

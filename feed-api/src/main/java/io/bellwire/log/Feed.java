package io.bellwire.log;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One feed in memory: where it stands, and its newest changes as long as memory lasts. There is one object per feed and
 * process. Thread-safe: the log's writer appends, any thread reads.
 */
public final class Feed {
    private final int no;
    private final FeedId id;
    private volatile long head;
    private volatile long first;
    private volatile long received;
    private volatile long processed;
    /** Consecutive changes that end at head: the recent end of the feed. Guarded by this, a ring from {@code start}. */
    private @Nullable Event[] recent = new Event[4];

    private int start;
    private int count;

    /**
     * @param no the feed's number, from 1
     * @param head the newest revision, 0 if there is none
     * @param first the oldest revision that is still kept; {@code head + 1} if none is
     */
    public Feed(int no, FeedId id, long head, long first, long received, long processed) {
        this.no = no;
        this.id = id;
        this.head = head;
        this.first = first;
        this.received = received;
        this.processed = processed;
    }

    public int no() {
        return no;
    }

    public FeedId id() {
        return id;
    }

    /** The newest revision that is durable; a reader is shown nothing past it. */
    public long head() {
        return head;
    }

    /** The oldest revision that is still kept. */
    public long first() {
        return first;
    }

    /** The highest revision that the reader is known to have been sent. */
    public long received() {
        return Math.max(received, processed);
    }

    /** The revision up to which the reader is done. */
    public long processed() {
        return processed;
    }

    /** Moves the received position up to {@code revision}; false if it was there already. */
    public synchronized boolean markReceived(long revision) {
        if (revision <= received) {
            return false;
        }
        received = revision;
        return true;
    }

    synchronized boolean markProcessed(long revision) {
        if (revision <= processed) {
            return false;
        }
        processed = revision;
        return true;
    }

    synchronized void forgetBefore(long revision) {
        first = Math.max(first, revision);
        while (count > 0 && head - count + 1 < first) {
            dropOldest();
        }
    }

    /** Adds a durable change; {@code revision} is past head. The writer alone calls this. */
    synchronized void publish(long revision, Event event) {
        if (revision != head + 1) {
            // the log holds changes that this process did not see: what is in memory no longer ends at head
            start = 0;
            count = 0;
            recent = new Event[4];
        }
        if (count == recent.length) {
            @Nullable Event[] wider = new Event[count * 2];
            for (int i = 0; i < count; i++) {
                wider[i] = recent[(start + i) % count];
            }
            recent = wider;
            start = 0;
        }
        recent[(start + count) % recent.length] = event;
        count++;
        head = revision;
    }

    /** Forgets {@code event} if it is the oldest one in memory: memory is given back in the order it was taken. */
    synchronized void evict(Event event) {
        Event oldest = recent[start];
        if (count > 0 && oldest != null && oldest.seq() == event.seq()) {
            dropOldest();
        }
    }

    private void dropOldest() {
        recent[start] = null;
        start = (start + 1) % recent.length;
        count--;
        if (count == 0 && recent.length > 64) {
            recent = new Event[4];
            start = 0;
        }
    }

    /**
     * Up to {@code limit} changes after {@code revision}, as many as {@code bytesMax} holds but at least one; null if they
     * are not all in memory.
     */
    public synchronized @Nullable List<Change> recent(long revision, int limit, long bytesMax) {
        long oldest = head - count + 1;
        if (revision + 1 < oldest) {
            return null;
        }
        Change[] changes = new Change[(int) Math.min(limit, Math.max(0, head - revision))];
        long bytes = 0;
        for (int i = 0; i < changes.length; i++) {
            Event event = eventAt(revision + 1 + i, oldest);
            bytes += event.tail().length;
            if (bytes > bytesMax && i > 0) {
                return List.of(Arrays.copyOf(changes, i));
            }
            changes[i] = new Change(revision + 1 + i, event);
        }
        return List.of(changes); // immutable already, so that a page does not copy it again
    }

    /** The change with {@code revision} if it is in memory. */
    public synchronized @Nullable Event recentAt(long revision) {
        long oldest = head - count + 1;
        return revision < oldest || revision > head ? null : eventAt(revision, oldest);
    }

    private Event eventAt(long revision, long oldest) {
        Event event = recent[(start + (int) (revision - oldest)) % recent.length];
        if (event == null) {
            throw new IllegalStateException("feed " + id + " has a hole in memory at " + revision);
        }
        return event;
    }
}

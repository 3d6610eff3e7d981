package io.bellwire.http;

import io.bellwire.feed.SignalStream;
import io.bellwire.feed.SignalStreams;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream of signals (server-sent events). It has one write under way at a time and queues a few more events;
 * the thread that completes a write starts the next one. Thread-safe; holds no thread.
 */
final class EventStream implements SignalStream, Callback {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final int QUEUED_MAX = 4;

    private final FeedId feed;
    private final Caller caller;
    private final Optional<Cursor> lastEventId;
    private final Response response;
    private final Connection connection;
    private final Callback done;
    private final LongSupplier nanoTime;
    private final OpenStreams streams;

    /** Events that wait for the write under way. This and all fields below are guarded by this stream. */
    private final Deque<Event> queue = new ArrayDeque<>();

    private SignalStreams.@Nullable Listener listener;
    /** The cursor of the last event that was queued, or that the reader brought; a repeated one is a reminder. */
    private Optional<Cursor> lastSentCursor;

    private boolean writing;
    private boolean writingLast;
    private long lastWriteNanos;
    private @Nullable StreamEnd end;
    private long endedNanos;
    private byte[] farewell = new byte[0];
    private boolean finished;

    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Event(byte[] bytes, boolean isPlain) {}

    EventStream(
            FeedId feed,
            Caller caller,
            Optional<Cursor> lastEventId,
            Response response,
            Callback done,
            LongSupplier nanoTime,
            OpenStreams streams) {
        this.feed = feed;
        this.caller = caller;
        this.lastEventId = lastEventId;
        this.lastSentCursor = lastEventId;
        this.response = response;
        this.connection = response.getRequest().getConnectionMetaData().getConnection();
        this.done = done;
        this.nanoTime = nanoTime;
        this.streams = streams;
        this.lastWriteNanos = nanoTime.getAsLong();
    }

    @Override
    public FeedId feed() {
        return feed;
    }

    @Override
    public Optional<Cursor> lastEventId() {
        return lastEventId;
    }

    @Override
    public boolean isReadByOwner() {
        return caller.ownsFeed(feed());
    }

    /** The caller that opened the stream. */
    Caller caller() {
        return caller;
    }

    /**
     * Writes the opening event, and tells {@code listener} that signals can be sent; when the stream ends, that they
     * cannot any more.
     *
     * @param listener null for a stream that ends at once
     */
    void start(byte[] opening, SignalStreams.@Nullable Listener listener) {
        synchronized (this) {
            queue.add(new Event(opening, false));
        }
        writeNext();
        if (listener == null) {
            return;
        }
        notifyListener(listener::opened);
        boolean endedMeanwhile;
        synchronized (this) {
            this.listener = listener;
            endedMeanwhile = end != null;
        }
        if (endedMeanwhile) {
            notifyListener(listener::closed);
        }
    }

    private void notifyListener(Consumer<SignalStream> notification) {
        try {
            notification.accept(this);
        } catch (RuntimeException e) { // a failure of the listener must not end the stream
            log.error("a listener failed for a stream of {}", feed, e);
        }
    }

    @Override
    public Offered offer(byte[] payload, Optional<Cursor> cursor, boolean isPlain) {
        synchronized (this) {
            if (end != null) {
                return Offered.CLOSED;
            }
            // the event that this one replaces was never sent, so this may be the first with its cursor
            boolean isFirst =
                    (isPlain && queue.removeIf(Event::isPlain)) || cursor.isEmpty() || !cursor.equals(lastSentCursor);
            if (queue.size() >= QUEUED_MAX) {
                return Offered.CONGESTED;
            }
            queue.add(new Event(EventStreamFormat.signal(isFirst, cursor, payload), isPlain));
            lastSentCursor = cursor;
        }
        writeNext();
        return Offered.TAKEN;
    }

    /** Ends the stream. {@code farewellEvent} is its last event, written after the write under way. */
    void end(StreamEnd reason, byte[] farewellEvent) {
        SignalStreams.Listener listener;
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = reason;
            endedNanos = nanoTime.getAsLong();
            farewell = farewellEvent;
            queue.clear();
            listener = this.listener;
        }
        streams.streamEnded(this, reason);
        writeNext();
        if (listener != null) {
            notifyListener(listener::closed);
        }
    }

    private void writeNext() {
        ByteBuffer bytes;
        boolean isLast;
        synchronized (this) {
            if (writing || finished) {
                return;
            }
            Event event = queue.poll();
            if (event == null && end == null) {
                return;
            }
            isLast = event == null;
            bytes = ByteBuffer.wrap(event == null ? farewell : event.bytes());
            writing = true;
            writingLast = isLast;
            lastWriteNanos = nanoTime.getAsLong();
        }
        response.write(isLast, bytes, this);
    }

    /** The write under way is complete. */
    @Override
    public void succeeded() {
        boolean isComplete;
        synchronized (this) {
            writing = false;
            isComplete = writingLast;
            finished |= writingLast;
            lastWriteNanos = nanoTime.getAsLong();
        }
        if (isComplete) {
            done.succeeded();
        } else {
            writeNext();
        }
    }

    /** The write under way has failed: the reader has gone. */
    @Override
    public void failed(Throwable failure) {
        synchronized (this) {
            finished = true;
        }
        end(StreamEnd.GONE, new byte[0]);
        done.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** Whether nothing more will be written; false as long as the farewell is due. */
    synchronized boolean isFinished() {
        return finished;
    }

    /**
     * Writes a heartbeat if the stream was silent for too long, and ends it if its reader has not read for too long.
     */
    void checkSilence(long nowNanos, long heartbeatNanos, long slowNanos) {
        boolean isSlow;
        boolean isStuckAfterEnd;
        synchronized (this) {
            isSlow = writing && end == null && nowNanos - lastWriteNanos > slowNanos;
            isStuckAfterEnd = writing && end != null && nowNanos - endedNanos > slowNanos;
            if (!writing && end == null && nowNanos - lastWriteNanos >= heartbeatNanos) {
                queue.add(new Event(EventStreamFormat.heartbeat(), true));
            }
        }
        if (isSlow) {
            streams.end(this, StreamEnd.SLOW);
        } else if (isStuckAfterEnd) {
            // a write cannot be cancelled, but fails when its connection is closed
            connection.close();
        } else {
            writeNext();
        }
    }
}

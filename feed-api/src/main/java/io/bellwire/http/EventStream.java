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
 * One open stream. Writes one thing at a time; meanwhile a few more may wait, and when the reader has taken the one, the
 * next is written by whoever sees it taken. Thread-safe; holds no thread.
 */
final class EventStream implements SignalStream, Callback {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final int WAITING_MAX = 4;

    private final FeedId feed;
    private final String caller;
    private final Optional<Cursor> lastEventId;
    private final Response response;
    private final Connection connection;
    private final Callback done;
    private final LongSupplier nanos;
    private final OpenStreams streams;

    /** What waits while something is being written. All that follows is guarded by this. */
    private final Deque<Event> waiting = new ArrayDeque<>();

    private SignalStreams.@Nullable Listener listener;
    /** The cursor that the reader was told last, as far as is known. */
    private Optional<Cursor> told;

    private boolean writing;
    private boolean writingLast;
    private long lastWriteNanos;
    private @Nullable StreamEnd end;
    private long endedNanos;
    private byte[] farewell = new byte[0];
    private boolean over;

    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Event(byte[] bytes, boolean isPlain) {}

    EventStream(
            FeedId feed,
            String caller,
            Optional<Cursor> lastEventId,
            Response response,
            Callback done,
            LongSupplier nanos,
            OpenStreams streams) {
        this.feed = feed;
        this.caller = caller;
        this.lastEventId = lastEventId;
        this.told = lastEventId;
        this.response = response;
        this.connection = response.getRequest().getConnectionMetaData().getConnection();
        this.done = done;
        this.nanos = nanos;
        this.streams = streams;
        this.lastWriteNanos = nanos.getAsLong();
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
        return caller.equals(feed().path());
    }

    /** The name of who has opened it. */
    String caller() {
        return caller;
    }

    /** Writes the opening, and has {@code listener} told that signals can be sent, and later that they no longer can. */
    void open(byte[] opening, SignalStreams.@Nullable Listener listener) {
        synchronized (this) {
            waiting.add(new Event(opening, false));
        }
        writeNext();
        if (listener == null) {
            return;
        }
        tell(listener::opened);
        boolean endedMeanwhile;
        synchronized (this) {
            this.listener = listener;
            endedMeanwhile = end != null;
        }
        if (endedMeanwhile) {
            tell(listener::closed);
        }
    }

    private void tell(Consumer<SignalStream> news) {
        try {
            news.accept(this);
        } catch (RuntimeException e) { // a bad listener must not cost the reader its stream
            log.error("a listener failed for a stream of {}", feed, e);
        }
    }

    @Override
    public Offered offer(byte[] payload, Optional<Cursor> cursor, boolean isPlain) {
        synchronized (this) {
            if (end != null) {
                return Offered.CLOSED;
            }
            // what takes the place of one that still waits may be the first that the reader sees of this cursor
            boolean isFirst = (isPlain && waiting.removeIf(Event::isPlain)) || cursor.isEmpty() || !cursor.equals(told);
            if (waiting.size() >= WAITING_MAX) {
                return Offered.CONGESTED;
            }
            waiting.add(new Event(EventStreamFormat.signal(isFirst, cursor, payload), isPlain));
            told = cursor;
        }
        writeNext();
        return Offered.TAKEN;
    }

    /** Ends the stream, with {@code bye} as its last event once the reader has taken what is being written. */
    void end(StreamEnd why, byte[] bye) {
        SignalStreams.Listener listener;
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = why;
            endedNanos = nanos.getAsLong();
            farewell = bye;
            waiting.clear();
            listener = this.listener;
        }
        streams.ended(this, why);
        writeNext();
        if (listener != null) {
            tell(listener::closed);
        }
    }

    private void writeNext() {
        ByteBuffer bytes;
        boolean isLast;
        synchronized (this) {
            if (writing || over) {
                return;
            }
            Event event = waiting.poll();
            if (event == null && end == null) {
                return;
            }
            isLast = event == null;
            bytes = ByteBuffer.wrap(event == null ? farewell : event.bytes());
            writing = true;
            writingLast = isLast;
            lastWriteNanos = nanos.getAsLong();
        }
        response.write(isLast, bytes, this);
    }

    /** What was being written has been taken. */
    @Override
    public void succeeded() {
        boolean isComplete;
        synchronized (this) {
            writing = false;
            isComplete = writingLast;
            over |= writingLast;
            lastWriteNanos = nanos.getAsLong();
        }
        if (isComplete) {
            done.succeeded();
        } else {
            writeNext();
        }
    }

    /** What was being written cannot be: the reader has gone. */
    @Override
    public void failed(Throwable failure) {
        synchronized (this) {
            over = true;
        }
        end(StreamEnd.GONE, new byte[0]);
        done.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** Whether nothing more will be written, not even the farewell. */
    synchronized boolean isOver() {
        return over;
    }

    /** Sees to it that the stream is not silent for too long, and that nobody leaves it unread for too long. */
    void tick(long nowNanos, long heartbeatNanos, long slowNanos) {
        boolean isSlow;
        boolean isHopeless;
        synchronized (this) {
            isSlow = writing && end == null && nowNanos - lastWriteNanos > slowNanos;
            isHopeless = writing && end != null && nowNanos - endedNanos > slowNanos;
            if (!writing && end == null && nowNanos - lastWriteNanos >= heartbeatNanos) {
                waiting.add(new Event(EventStreamFormat.heartbeat(), true));
            }
        }
        if (isSlow) {
            streams.end(this, StreamEnd.SLOW);
        } else if (isHopeless) {
            // what is being written cannot be called back, but fails with its connection
            connection.close();
        } else {
            writeNext();
        }
    }
}

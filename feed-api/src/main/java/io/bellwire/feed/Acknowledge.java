package io.bellwire.feed;

import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Feed;
import io.bellwire.log.Group;
import io.bellwire.log.Result;
import io.bellwire.log.Write;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The write that moves a reader's processed position up. It is refused, with the head, if it is ahead of the feed. */
public final class Acknowledge implements Write<Result<Cursor>> {
    private static final int BYTES = 64;

    private final Feed feed;
    private final Epoch epoch;
    private final long revision;

    public Acknowledge(Feed feed, Cursor processed) {
        this.feed = feed;
        this.epoch = processed.epoch();
        this.revision = processed.revision();
    }

    /** Whether the log has it already, and nothing would be written. */
    public boolean isKnown() {
        return revision <= feed.processed();
    }

    /** What is answered to a reader whose acknowledgement {@link #isKnown is known}. */
    public Result<Cursor> known() {
        return done(feed.head());
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of(feed);
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public Result<Cursor> decide(Group group) {
        long head = group.head(feed);
        if (revision > head) {
            return new Result.Refused<>(new Cursor(epoch, head));
        }
        group.acknowledge(feed, revision);
        return done(head);
    }

    private Result<Cursor> done(long head) {
        long processed = Math.max(feed.processed(), revision);
        String body = "{\"received\":\"" + new Cursor(epoch, Math.max(feed.received(), processed))
                + "\",\"processed\":\"" + new Cursor(epoch, processed)
                + "\",\"head\":\"" + new Cursor(epoch, head) + "\"}";
        return new Result.Done<>(200, body.getBytes(StandardCharsets.US_ASCII), null, null);
    }
}

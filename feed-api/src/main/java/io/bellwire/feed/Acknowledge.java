package io.bellwire.feed;

import io.bellwire.command.CommandResult;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Cursor;
import io.bellwire.log.Feed;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.nio.charset.StandardCharsets;

/**
 * The write that moves a reader's processed position up. A position ahead of the feed is refused; the refusal is the
 * head's cursor.
 */
public final class Acknowledge implements Write<CommandResult<Cursor>> {
    private static final int BYTES = 64;

    private final Feed feed;
    private final Position processed;

    /**
     * @param processed a position that the feed has, or one ahead of it
     */
    public Acknowledge(Feed feed, Position processed) {
        this.feed = feed;
        this.processed = processed;
    }

    /** Whether the log has this position or a later one already, so that nothing would be written. */
    public boolean isKnown() {
        return !processed.revision().isAfter(feed.processed());
    }

    /** The result of an acknowledgement that {@link #isKnown}. */
    public CommandResult<Cursor> known() {
        return done(feed.headPosition());
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.feed(feed);
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public CommandResult<Cursor> decide(WriteBatch batch) {
        Position head = batch.headPosition(feed);
        if (processed.revision().isAfter(head.revision())) {
            return new CommandResult.Refused<>(feed.cursor(head));
        }
        batch.acknowledge(feed, processed);
        return done(head);
    }

    private CommandResult<Cursor> done(Position head) {
        Position reached = feed.processedPosition().furthest(processed);
        String body = "{\"received\":" + Revision.max(feed.received(), reached.revision())
                + ",\"processed\":" + reached.revision()
                + ",\"head\":" + head.revision() + "}";
        return new CommandResult.Done<>(200, body.getBytes(StandardCharsets.US_ASCII), null, null);
    }
}

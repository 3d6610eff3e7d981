package io.bellwire.feed;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Cursor;
import io.bellwire.log.Feed;
import io.bellwire.log.Position;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The write that moves a reader's processed position up. It is refused, with the head, if it is ahead of the feed. */
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

    /** Whether the log has it already, and nothing would be written. */
    public boolean isKnown() {
        return processed.revision() <= feed.processed();
    }

    /** What is answered to a reader whose acknowledgement {@link #isKnown is known}. */
    public CommandResult<Cursor> known() {
        return done(feed.headPosition());
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
    public CommandResult<Cursor> decide(WriteBatch group) {
        Position head = group.headPosition(feed);
        if (processed.revision() > head.revision()) {
            return new CommandResult.Refused<>(feed.cursor(head));
        }
        group.acknowledge(feed, processed);
        return done(head);
    }

    private CommandResult<Cursor> done(Position head) {
        Position reached = feed.processedPosition().furthest(processed);
        String body = "{\"received\":\"" + feed.cursor(feed.receivedPosition().furthest(reached))
                + "\",\"processed\":\"" + feed.cursor(reached)
                + "\",\"head\":\"" + feed.cursor(head) + "\"}";
        return new CommandResult.Done<>(200, body.getBytes(StandardCharsets.US_ASCII), null, null);
    }
}

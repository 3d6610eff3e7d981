package io.bellwire.group;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupState;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Set;

/** The write that makes a group, or finds it. */
final class CreateGroup implements Write<Groups.Found> {
    private static final int BYTES = 256;

    private final FeedId id;

    CreateGroup(FeedId id) {
        this.id = id;
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of();
    }

    @Override
    public Set<FeedId> names() {
        return Set.of(id);
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public Groups.Found decide(WriteBatch decided) {
        Feed feed = decided.feed(id);
        GroupState there = decided.audiences().state(feed);
        return there == null
                ? new Groups.Found(
                        feed, decided.audiences().make(feed, decided.now().toEpochMilli()), true)
                : new Groups.Found(feed, there, false);
    }
}

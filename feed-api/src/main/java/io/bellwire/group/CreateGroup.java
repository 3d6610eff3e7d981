package io.bellwire.group;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupState;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.util.Set;

/** The write that creates a group, or returns the existing one. */
final class CreateGroup implements Write<Groups.Found> {
    private static final int SIZE_BYTES = 256;

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
        return SIZE_BYTES;
    }

    @Override
    public Groups.Found decide(WriteBatch batch) {
        Feed feed = batch.feed(id);
        GroupState existing = batch.groupMembers().state(feed);
        return existing == null
                ? new Groups.Found(
                        feed, batch.groupMembers().make(feed, batch.now().toEpochMilli()), true)
                : new Groups.Found(feed, existing, false);
    }
}

package io.bellwire.group;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Feed;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;

/** The write that creates a group, or returns the existing one. */
final class CreateGroup implements Write<Groups.Found> {
    private static final int SIZE_BYTES = 256;

    private final Feed group;

    CreateGroup(Feed group) {
        this.group = group;
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        GroupMembers.declareState(needs, group);
    }

    @Override
    public int bytes() {
        return SIZE_BYTES;
    }

    @Override
    public Groups.Found decide(WriteBatch batch) {
        GroupMembers groups = new GroupMembers(batch);
        GroupState existing = groups.state(group);
        return existing == null
                ? new Groups.Found(group, groups.make(group, batch.now().toEpochMilli()), true)
                : new Groups.Found(group, existing, false);
    }
}

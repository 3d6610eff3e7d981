package io.bellwire.log;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The write that finds feeds by name and creates those that do not exist. Its result is in the order of the names. */
final class CreateFeeds implements Write<List<Feed>> {
    private static final int BYTES_PER_NAME = 128;

    private final List<FeedId> names;

    CreateFeeds(List<FeedId> names) {
        this.names = List.copyOf(names);
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of();
    }

    @Override
    public Set<FeedId> names() {
        return new LinkedHashSet<>(names); // made in this order
    }

    @Override
    public int bytes() {
        return BYTES_PER_NAME * names.size();
    }

    @Override
    public List<Feed> decide(WriteBatch batch) {
        return names.stream().map(batch::feed).toList();
    }
}

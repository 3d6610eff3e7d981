package io.bellwire.log;

import java.util.List;

/** The write that finds feeds by name and creates those that do not exist. Its result is in the order of the names. */
final class CreateFeeds implements Write<List<Feed>> {
    private static final int BYTES_PER_NAME = 128;

    private final List<FeedId> names;

    CreateFeeds(List<FeedId> names) {
        this.names = List.copyOf(names);
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        names.forEach(needs::name);
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

package io.bellwire.log;

import java.util.List;

/** The write that appends one event to some feeds and answers the revision that it got in each, in their order. */
public class Append implements Write<List<Long>> {
    private final String data;
    private final List<Feed> feeds;

    public Append(String data, Feed... feeds) {
        this.data = data;
        this.feeds = List.of(feeds);
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.feeds(feeds);
    }

    @Override
    public int bytes() {
        return data.length();
    }

    @Override
    public List<Long> decide(WriteBatch batch) {
        List<Long> revisions =
                feeds.stream().map(feed -> batch.nextRevision(feed).value()).toList();
        LogStoreFixture.append(batch, data, feeds.toArray(Feed[]::new));
        return revisions;
    }
}

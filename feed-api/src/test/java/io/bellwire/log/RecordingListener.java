package io.bellwire.log;

import java.util.List;

/** Notes what was committed. */
record RecordingListener(List<FeedListener.Advance> heard) implements FeedListener {
    @Override
    public void committed(List<Advance> advances) {
        heard.addAll(advances);
    }

    @Override
    public void received(FeedId feed, Revision revision) {}

    @Override
    public void processed(FeedId feed, Revision revision) {}
}

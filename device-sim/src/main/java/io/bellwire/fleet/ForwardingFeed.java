package io.bellwire.fleet;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import io.bellwire.device.net.DeviceFeed;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Forwards every request to another feed; subclasses observe some of them. Thread-safe if the other feed is. */
abstract class ForwardingFeed implements DeviceFeed {
    private final DeviceFeed feed;

    ForwardingFeed(DeviceFeed feed) {
        this.feed = feed;
    }

    @Override
    public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
        return feed.fetchPage(after, waitMillis);
    }

    @Override
    public CompletionStage<FetchResult> fetchSnapshot(@Nullable String next) {
        return feed.fetchSnapshot(next);
    }

    @Override
    public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
        return feed.acknowledge(processed);
    }

    @Override
    public void cancelFetch() {
        feed.cancelFetch();
    }
}

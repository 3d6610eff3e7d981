package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.SignalStream;
import io.bellwire.feed.SignalStreams;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import io.bellwire.route.Tier;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The streams of server-sent events as lines of the bridge. They have no topics: all changes ring. Thread-safe. */
public final class StreamChannels implements SignalStreams.Listener {
    private final Bridge bridge;

    public StreamChannels(Bridge bridge) {
        this.bridge = bridge;
    }

    @Override
    public void opened(SignalStream stream) {
        bridge.opened(new StreamLine(stream));
    }

    @Override
    public void closed(SignalStream stream) {
        bridge.closed(new StreamLine(stream));
    }

    private record StreamLine(SignalStream stream) implements SignalChannel {
        @Override
        public FeedId feed() {
            return stream.feed();
        }

        @Override
        public DoorbellKind kind() {
            return DoorbellKind.SSE;
        }

        @Override
        public Optional<Cursor> told() {
            return stream.lastEventId();
        }

        @Override
        public CompletionStage<Handover> ring(SignalMessage ring) {
            Handover outcome =
                    switch (stream.offer(ring.payload(), ring.cursor(), ring.tier() == Tier.SIGNAL)) {
                        case TAKEN -> Handover.WRITTEN;
                        case CONGESTED -> Handover.CONGESTED;
                        case CLOSED -> Handover.NOT_SUBSCRIBED;
                    };
            return CompletableFuture.completedFuture(outcome);
        }
    }
}

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

/** The streams of server-sent events as channels of the bridge. They have no topics and carry signals of all changes. Thread-safe. */
public final class StreamChannels implements SignalStreams.Listener {
    private final Bridge bridge;

    public StreamChannels(Bridge bridge) {
        this.bridge = bridge;
    }

    @Override
    public void opened(SignalStream stream) {
        bridge.channelOpened(new StreamChannel(stream));
    }

    @Override
    public void closed(SignalStream stream) {
        bridge.channelClosed(new StreamChannel(stream));
    }

    private record StreamChannel(SignalStream stream) implements SignalChannel {
        @Override
        public FeedId feed() {
            return stream.feed();
        }

        @Override
        public DoorbellKind kind() {
            return DoorbellKind.SSE;
        }

        @Override
        public Optional<Cursor> lastHeard() {
            return stream.lastEventId();
        }

        @Override
        public CompletionStage<Handover> send(SignalMessage message) {
            Handover outcome =
                    switch (stream.offer(message.payload(), message.cursor(), message.tier() == Tier.SIGNAL)) {
                        case TAKEN -> Handover.WRITTEN;
                        case CONGESTED -> Handover.CONGESTED;
                        case CLOSED -> Handover.NOT_SUBSCRIBED;
                    };
            return CompletableFuture.completedFuture(outcome);
        }
    }
}

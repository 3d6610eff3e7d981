package io.bellwire.bridge;

import io.bellwire.broker.DeviceSessions;
import io.bellwire.broker.SignalBroker;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.FeedId;
import io.bellwire.registry.DeviceId;
import io.bellwire.route.TopicTemplate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The sessions of the MQTT broker as lines of the bridge, one for each topic that is subscribed to. Thread-safe. */
public final class MqttLines implements DeviceSessions {
    private final Bridge bridge;
    private volatile @Nullable SignalBroker broker;

    public MqttLines(Bridge bridge) {
        this.bridge = bridge;
    }

    /** Says who rings. Apart from the constructor because a broker needs to know whom to tell of its sessions. */
    public void ringWith(SignalBroker signalBroker) {
        broker = signalBroker;
    }

    @Override
    public void connected(DeviceId device, DoorbellKind kind) {
        // those of a connection whose place this one has taken
        disconnected(device);
    }

    @Override
    public void subscribed(DeviceId device, String topic, DoorbellKind kind) {
        bridge.opened(new Session(this, device, topic, kind));
    }

    @Override
    public void disconnected(DeviceId device) {
        bridge.closedAll(FeedId.ofDevice(device), line -> line instanceof Session session && session.lines == this);
    }

    private CompletionStage<Handover> ring(Session session, Ring ring) {
        SignalBroker ringer = broker;
        return ringer == null
                ? CompletableFuture.completedFuture(Handover.FAILED)
                : ringer.ring(session.device, session.topic, ring.payload(), ring.expirySeconds());
    }

    private record Session(MqttLines lines, DeviceId device, String topic, DoorbellKind kind) implements Line {
        @Override
        public FeedId feed() {
            return FeedId.ofDevice(device);
        }

        @Override
        public boolean hears(TopicTemplate template) {
            return template.isTopicOf(device, topic);
        }

        @Override
        public CompletionStage<Handover> ring(Ring ring) {
            return lines.ring(this, ring);
        }
    }
}

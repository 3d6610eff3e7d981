package io.bellwire.bridge;

import io.bellwire.broker.DeviceSessions;
import io.bellwire.broker.SignalBroker;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.FeedId;
import io.bellwire.registry.DeviceId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The sessions of the MQTT broker as lines of the bridge. Thread-safe. */
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
    public void subscribed(DeviceId device) {
        bridge.opened(new Session(this, device));
    }

    @Override
    public void disconnected(DeviceId device) {
        bridge.closed(new Session(this, device));
    }

    private CompletionStage<Handover> ring(DeviceId device, Ring ring) {
        SignalBroker ringer = broker;
        return ringer == null
                ? CompletableFuture.completedFuture(Handover.FAILED)
                : ringer.ring(device, ring.payload());
    }

    private record Session(MqttLines lines, DeviceId device) implements Line {
        @Override
        public FeedId feed() {
            return FeedId.ofDevice(device);
        }

        @Override
        public DoorbellKind kind() {
            return DoorbellKind.MQTT;
        }

        @Override
        public CompletionStage<Handover> ring(Ring ring) {
            return lines.ring(device, ring);
        }
    }
}

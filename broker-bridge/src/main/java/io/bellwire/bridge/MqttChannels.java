package io.bellwire.bridge;

import io.bellwire.broker.SessionListener;
import io.bellwire.broker.SignalBroker;
import io.bellwire.broker.SignalBroker.Delivery;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.route.TopicTemplate;
import io.bellwire.runtime.OutOfMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of MQTT sessions as channels of the bridge, one for each topic. What the bridge sends in one turn
 * is handed over to the broker together. Thread-safe.
 */
public final class MqttChannels implements SessionListener {
    /** How many signals may wait for each other, so that the first of a long turn need not wait for the last. */
    private static final int BATCH_MAX = 128;

    private final Bridge bridge;
    private volatile @Nullable SignalBroker broker;
    private List<Delivery> batch = new ArrayList<>();

    public MqttChannels(Bridge bridge) {
        this.bridge = bridge;
    }

    /** Says who sends the signals. Apart from the constructor because a broker needs to know whom to tell of its sessions. */
    public void sendWith(SignalBroker signalBroker) {
        broker = signalBroker;
        bridge.endTurnsWith(() -> handOver(signalBroker));
    }

    @Override
    public void connected(DeviceId device, DoorbellKind kind) {
        // those of a connection whose place this one has taken
        disconnected(device);
    }

    @Override
    public void subscribed(DeviceId device, String topic, DoorbellKind kind) {
        bridge.channelOpened(new Subscription(this, device, topic, kind));
    }

    @Override
    public void disconnected(DeviceId device) {
        bridge.channelsClosed(
                FeedId.ofDevice(device), channel -> channel instanceof Subscription own && own.channels == this);
    }

    private CompletionStage<Handover> send(Subscription to, SignalMessage message) {
        SignalBroker sender = broker;
        if (sender == null) {
            return CompletableFuture.completedFuture(Handover.FAILED);
        }
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        if (add(new Delivery(to.device, to.topic, message.payload(), message.expirySeconds(), handover))) {
            handOver(sender);
        }
        return handover;
    }

    /** Returns whether the batch is full. */
    private synchronized boolean add(Delivery delivery) {
        batch.add(delivery);
        return batch.size() >= BATCH_MAX;
    }

    @SuppressWarnings("CatchingUnchecked") // whatever it was, the bridge must not wait for answers that do not come
    private void handOver(SignalBroker sender) {
        List<Delivery> ready = take();
        if (ready.isEmpty()) {
            return;
        }
        try {
            sender.publishAll(ready);
        } catch (Throwable thrown) {
            OutOfMemory.report(thrown);
            ready.forEach(delivery -> delivery.handover().completeExceptionally(thrown));
        }
    }

    private synchronized List<Delivery> take() {
        List<Delivery> taken = batch;
        batch = taken.isEmpty() ? taken : new ArrayList<>();
        return taken;
    }

    private record Subscription(MqttChannels channels, DeviceId device, String topic, DoorbellKind kind)
            implements SignalChannel {
        @Override
        public FeedId feed() {
            return FeedId.ofDevice(device);
        }

        @Override
        public boolean carries(TopicTemplate template) {
            return template.isTopicOf(device, topic);
        }

        @Override
        public CompletionStage<Handover> send(SignalMessage message) {
            return channels.send(this, message);
        }
    }
}

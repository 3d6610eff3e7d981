package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Rings devices. It keeps nothing for a device that is away: a signal reaches the connection that is there now, or
 * nobody. Thread-safe.
 */
public interface SignalBroker extends AutoCloseable {
    /** Where devices connect. Stays the same for the life of this object. */
    InetSocketAddress address();

    /** Rings on the device's {@link SignalTopic}; expires as the broker is configured. */
    default CompletionStage<Handover> publish(DeviceId device, byte[] payload) {
        return publish(device, SignalTopic.of(device), payload, 0);
    }

    /**
     * Hands one signal to one device. Never blocks, never throws. The stage completes, never exceptionally, with what
     * became of the signal: at once where that is known at once, else on a broker thread, at the latest when the broker
     * is closed. What is chained to it must not block.
     *
     * @param topic one that the device may subscribe to
     * @param payload UTF-8 JSON; not copied, so not to be changed afterwards
     * @param expirySeconds MQTT 5's message expiry; 0 for the one that the broker is configured with
     */
    CompletionStage<Handover> publish(DeviceId device, String topic, byte[] payload, int expirySeconds);

    /** Does the same for several signals, which costs less than to hand over one after the other. */
    default void publishAll(List<Delivery> deliveries) {
        deliveries.forEach(this::publish);
    }

    @SuppressWarnings("CatchingUnchecked") // one that throws all the same must not cost the others theirs
    private void publish(Delivery delivery) {
        try {
            var unused = publish(delivery.device, delivery.topic, delivery.payload, delivery.expirySeconds)
                    .whenComplete((handover, never) -> delivery.handover.complete(handover));
        } catch (RuntimeException bug) {
            delivery.handover.completeExceptionally(bug);
        }
    }

    /**
     * Closes the connections that log in, or have logged in, as this device. Never blocks. A login that was checked
     * before the call does not outlive it: whoever takes a secret away does so first and calls this then.
     */
    void disconnect(DeviceId device);

    /** Empty as long as the broker does its work, else one line that says what is wrong. */
    Optional<String> problem();

    /** How many devices are logged in. */
    int connections();

    /** Ends all connections and frees the port. Blocks for a few seconds at most; not to be called on a broker thread. */
    @Override
    void close();

    /**
     * A signal to be handed over, as for {@link #publish}.
     *
     * @param handover completed with what became of it
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Delivery(
            DeviceId device, String topic, byte[] payload, int expirySeconds, CompletableFuture<Handover> handover) {}

    /** What became of a signal. */
    enum Handover {
        /** Given to the device's connection. Whether the device got it is known when it asks for its feed. */
        WRITTEN,
        /** The device is not connected, or has not subscribed to the topic. It will be announced when it does. */
        NOT_SUBSCRIBED,
        /** The device does not read what it was sent before. Nothing was queued; try again later. */
        CONGESTED,
        /** The signal could not be sent on this connection. */
        FAILED
    }
}

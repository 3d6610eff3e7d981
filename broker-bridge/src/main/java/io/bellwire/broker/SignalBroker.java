package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongPredicate;

/**
 * Sends signals to devices over MQTT. It keeps nothing for a device that is away: a signal goes to the connection
 * that is open now, or to nobody. Thread-safe.
 */
public interface SignalBroker extends AutoCloseable {
    /** The address that devices connect to. Stays the same for the life of this object. */
    InetSocketAddress address();

    /** Sends a signal on the device's {@link SignalTopic}; it expires as the broker is configured. */
    default CompletionStage<Handover> publish(DeviceId device, byte[] payload) {
        return publish(device, SignalTopic.of(device), payload, 0);
    }

    /**
     * Sends one signal to one device. Never blocks, never throws. The stage completes, never exceptionally, with the
     * outcome: at once if it is known at once, else on a broker thread, at the latest when the broker is closed.
     * Stages that depend on it must not block.
     *
     * @param topic one that the device may subscribe to
     * @param payload UTF-8 JSON; not copied, so it must not change afterwards
     * @param expirySeconds MQTT 5's message expiry; 0 for the one that the broker is configured with
     */
    CompletionStage<Handover> publish(DeviceId device, String topic, byte[] payload, int expirySeconds);

    /** Sends several signals, which costs less than to send one after the other. */
    default void publishAll(List<Delivery> deliveries) {
        deliveries.forEach(this::publish);
    }

    @SuppressWarnings("CatchingUnchecked") // a signal that throws must not cost the others their outcome
    private void publish(Delivery delivery) {
        try {
            var unused = publish(delivery.device, delivery.topic, delivery.payload, delivery.expirySeconds)
                    .whenComplete((handover, never) -> delivery.handover.complete(handover));
        } catch (RuntimeException bug) {
            delivery.handover.completeExceptionally(bug);
        }
    }

    /**
     * Closes the connections that log in, or have logged in, as this device. Never blocks. No login that was checked
     * before the call outlives it: a caller that revokes a secret does so first and then calls this.
     */
    void disconnect(DeviceId device);

    /**
     * The same for only those connections whose secret is not valid. A broker that cannot tell them apart closes all.
     *
     * @param isValid whether the secret with this {@link io.bellwire.registry.Secret#fingerprint} is valid
     */
    default void disconnect(DeviceId device, LongPredicate isValid) {
        disconnect(device);
    }

    /** Empty while the broker works, else one line that says what is wrong. */
    Optional<String> problem();

    /** How many devices are logged in. */
    int connections();

    /** Ends all connections and frees the port. Blocks for a few seconds at most; call it on no broker thread. */
    @Override
    void close();

    /**
     * A signal to be sent, as for {@link #publish}.
     *
     * @param handover completed with the outcome
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Delivery(
            DeviceId device, String topic, byte[] payload, int expirySeconds, CompletableFuture<Handover> handover) {}

    /** The outcome of sending a signal. */
    enum Handover {
        /**
         * The signal was written to the device's connection. Whether the device got it shows when it reads its feed.
         */
        WRITTEN,
        /**
         * The device is not connected, or has not subscribed to the topic. {@link SessionListener} is notified when it
         * subscribes.
         */
        NOT_SUBSCRIBED,
        /** The device does not read what it was sent before. Nothing was queued; try again later. */
        CONGESTED,
        /** The signal could not be sent on this connection. */
        FAILED
    }
}

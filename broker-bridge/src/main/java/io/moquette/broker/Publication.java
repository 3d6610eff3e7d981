package io.moquette.broker;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import org.jspecify.annotations.NullMarked;

/**
 * One message to one client, and the receiver of its outcome. Exactly one of {@link #notSubscribed}, {@link #failed}
 * and {@link #published} is called; when the loops end, any of them may be called again. None may throw.
 */
@NullMarked
public interface Publication {
    /** The client that the message is for. */
    String clientId();

    /**
     * The message, with QoS 0 and not retained. Called once, in the turn of the client's loop. Moquette writes
     * duplicates of its payload.
     */
    MqttPublishMessage message();

    /** The client is not connected, or not subscribed to the topic. */
    void notSubscribed();

    /** Moquette has thrown, or the queue of the client's loop is full. */
    void failed();

    /**
     * Moquette has published the message. If it has written the message and not dropped it, the message has passed
     * the channel's handlers. Called on the channel's event loop.
     */
    void published(Channel channel);
}

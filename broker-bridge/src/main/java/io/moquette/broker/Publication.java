package io.moquette.broker;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import org.jspecify.annotations.NullMarked;

/**
 * One message to one client, and whoever wants to know what became of it. Exactly one of {@link #notSubscribed}, {@link
 * #failed} and {@link #settled} is called, or any of them again when the loops end; none may throw.
 */
@NullMarked
public interface Publication {
    /** The client that it is for. */
    String clientId();

    /** At QoS 0, not retained. Called once, in the turn of the client's loop. Moquette writes duplicates of its payload. */
    MqttPublishMessage message();

    /** The client is not there, or not subscribed to the topic. */
    void notSubscribed();

    /** Moquette has thrown, or the queue of the client's loop is full. */
    void failed();

    /**
     * Moquette is done with it: what it has written, if it has not dropped it, has passed the channel's handlers. Called
     * on the channel's event loop.
     */
    void settled(Channel channel);
}

package io.bellwire.broker;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Lets a client's packets through one at a time. While it is shut nothing is read from the socket, so that a client that
 * does not wait for its answers is slowed down by TCP; what had been read by then is held, within limits. It also stops
 * reading from a client that does not read. Used on the channel's event loop alone.
 */
final class InboundHold {
    private static final int MOST_HELD = 16;

    private final Channel channel;
    private final int mostBytes;
    private final Consumer<MqttMessage> way;
    private final Queue<MqttMessage> held = new ArrayDeque<>();
    private int heldBytes;
    private boolean shut;
    private boolean over;

    /** @param mostBytes of held packets together */
    InboundHold(Channel channel, int mostBytes, Consumer<MqttMessage> way) {
        this.channel = channel;
        this.mostBytes = mostBytes;
        this.way = way;
    }

    /** Lets the packet through now or holds it; returns false if there is no room for it. */
    boolean enter(MqttMessage packet) {
        if (!shut) {
            way.accept(packet);
            return true;
        }
        heldBytes += packet.fixedHeader().remainingLength();
        if (held.size() >= MOST_HELD || heldBytes > mostBytes) {
            return false;
        }
        held.add(packet);
        return true;
    }

    void shut() {
        shut = true;
        regulateReading();
    }

    /** Lets through what is held, up to the packet that makes it shut again. */
    void open() {
        shut = false;
        while (!shut && !held.isEmpty()) {
            MqttMessage next = held.remove();
            heldBytes -= next.fixedHeader().remainingLength();
            way.accept(next);
        }
        regulateReading();
    }

    /** The connection ends: what is read from now on is for nobody, but is read, lest a reset overtake the farewell. */
    void end() {
        over = true;
        held.clear();
        regulateReading();
    }

    /** To be called when the channel has become writable, or no longer is. */
    void regulateReading() {
        channel.config().setAutoRead(over || (!shut && channel.isWritable()));
    }
}

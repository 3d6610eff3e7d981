package io.bellwire.broker;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Passes a client's packets on one at a time. While it holds, nothing is read from the socket, so that TCP slows down
 * a client that does not wait for its answers; packets that were read before are held, within limits. It also stops
 * reading from a client that does not read. Used only on the channel's event loop.
 */
final class InboundHold {
    private static final int HELD_MAX = 16;

    private final Channel channel;
    private final int heldBytesMax;
    private final Consumer<MqttMessage> next;
    private final Queue<MqttMessage> held = new ArrayDeque<>();
    private int heldBytes;
    private boolean holding;
    private boolean discarding;

    /** @param heldBytesMax how many bytes the held packets may have together */
    InboundHold(Channel channel, int heldBytesMax, Consumer<MqttMessage> next) {
        this.channel = channel;
        this.heldBytesMax = heldBytesMax;
        this.next = next;
    }

    /** Passes the packet on or holds it; returns false if there is no room for it. */
    boolean offer(MqttMessage packet) {
        if (!holding) {
            next.accept(packet);
            return true;
        }
        heldBytes += packet.fixedHeader().remainingLength();
        if (held.size() >= HELD_MAX || heldBytes > heldBytesMax) {
            return false;
        }
        held.add(packet);
        return true;
    }

    void hold() {
        holding = true;
        regulateReading();
    }

    /** Passes on the held packets, up to the one that makes it hold again. */
    void release() {
        holding = false;
        while (!holding && !held.isEmpty()) {
            MqttMessage packet = held.remove();
            heldBytes -= packet.fixedHeader().remainingLength();
            next.accept(packet);
        }
        regulateReading();
    }

    /**
     * Discards what is held and what is read from now on: the connection ends. It still reads, because unread bytes
     * would cause a reset, which could reach the client before the last packet.
     */
    void discard() {
        discarding = true;
        held.clear();
        regulateReading();
    }

    /** To be called when the writability of the channel has changed. */
    void regulateReading() {
        channel.config().setAutoRead(discarding || (!holding && channel.isWritable()));
    }
}

package io.bellwire.net;

import io.bellwire.device.Signal;

/** Hears signals over MQTT. Shared by all devices of a process; thread-safe. */
public interface MqttSignals extends AutoCloseable {
    /**
     * Connects and subscribes once, without waiting for it; does not try again by itself.
     *
     * @return to hang up with
     */
    Call dial(Identity who, Ear ear);

    /** Gives up what the connections share. Calls that still stand may be cut. */
    @Override
    void close();

    /** One connection. Thread-safe. */
    interface Call {
        /** Ends the connection if it stands. The ear hears nothing from then on, but for what is just being said. */
        void hangUp();
    }

    /** What one connection tells: listening at most once, then signals, cut exactly once unless hung up. Must not block. */
    interface Ear {
        /** Connected, and the server has confirmed the subscription. */
        void listening();

        void heard(Signal signal);

        /** The connection could not be made, or is gone. */
        void cut(String why);
    }

    /** The topic that a device may subscribe to. */
    static String topicOf(Identity who) {
        return "bellwire/v1/devices/" + who.id() + "/signal";
    }
}

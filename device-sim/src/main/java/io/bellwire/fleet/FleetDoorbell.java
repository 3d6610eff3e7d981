package io.bellwire.fleet;

import java.util.List;
import java.util.stream.Stream;

/** How a device of a fleet learns that its feed has moved. */
public enum FleetDoorbell {
    /** Signals over MQTT. */
    MQTT,
    /** Signals over MQTT in a WebSocket. */
    WS,
    /** Signals as server-sent events. */
    SSE,
    /** A read of the feed that waits for the next change. */
    LONGPOLL,
    /** No signals: the device reads its feed at a fixed interval. */
    POLL;

    /** The name in options and reports. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether such a device holds a connection on which it receives signals. */
    boolean receivesSignals() {
        return this == MQTT || this == WS || this == SSE;
    }

    /** Whether such a device holds a connection that a proxy can cut. */
    boolean holdsConnection() {
        return this != POLL;
    }

    /** Which doorbells a fleet has: one for all, or each in turn. */
    public enum Choice {
        MQTT,
        WS,
        SSE,
        LONGPOLL,
        POLL,
        MIX;

        /** The doorbells of the fleet; a mix leaves out WebSocket if the server has none. */
        public List<FleetDoorbell> kinds(boolean webSocket) {
            return this == MIX
                    ? Stream.of(FleetDoorbell.values())
                            .filter(kind -> webSocket || kind != FleetDoorbell.WS)
                            .toList()
                    : List.of(FleetDoorbell.valueOf(name()));
        }
    }
}

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
    /** Nothing: it asks every now and then. */
    POLL;

    /** As options and reports name it. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether such a device holds a line on which it is rung. */
    boolean isRung() {
        return this == MQTT || this == WS || this == SSE;
    }

    /** Whether such a device holds a connection that can be cut under it. */
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

        /** What is to be had; a mix goes without WebSocket where the server has none. */
        public List<FleetDoorbell> kinds(boolean webSocket) {
            return this == MIX
                    ? Stream.of(FleetDoorbell.values())
                            .filter(kind -> webSocket || kind != FleetDoorbell.WS)
                            .toList()
                    : List.of(FleetDoorbell.valueOf(name()));
        }
    }
}

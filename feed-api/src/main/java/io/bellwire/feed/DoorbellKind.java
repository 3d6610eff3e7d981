package io.bellwire.feed;

import java.util.Locale;

/** The kinds of channel by which a reader learns that its feed has grown. */
public enum DoorbellKind {
    MQTT,
    /** MQTT inside of WebSocket. */
    WEBSOCKET,
    /** Server-sent events. */
    SSE,
    /** A feed request that waits for a change. */
    LONG_POLL,
    /** No channel: the reader polls its feed. */
    POLL;

    /** The name in metrics and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

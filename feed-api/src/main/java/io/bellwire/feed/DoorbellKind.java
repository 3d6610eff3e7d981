package io.bellwire.feed;

import java.util.Locale;

/** The ways in which a reader learns that its feed has grown. */
public enum DoorbellKind {
    MQTT,
    /** MQTT inside of WebSocket. */
    WEBSOCKET,
    /** Server-sent events. */
    SSE,
    /** A request for the feed that waits for something to answer with. */
    LONG_POLL,
    /** None: the reader asks when it likes. */
    POLL;

    /** As metrics and answers spell it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

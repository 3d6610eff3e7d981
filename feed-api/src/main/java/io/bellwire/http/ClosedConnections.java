package io.bellwire.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts the connections that the server closes because of a limit. Thread-safe. */
final class ClosedConnections {
    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    ClosedConnections(MeterRegistry meters) {
        for (Reason reason : Reason.values()) {
            counters.put(
                    reason,
                    Counter.builder("bellwire.http.connections.closed")
                            .description("HTTP connections closed because of a limit")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    /** Why a connection is closed. */
    enum Reason {
        /** There are as many as there may be. */
        FULL,
        /** There are too many from the address. */
        ADDRESS,
        /** The address opens them too fast. */
        CONNECT_RATE,
        /** It had sent no request, and was the oldest of too many such connections. */
        SILENT,
        /** The headers of a request, or the first request, took too long. */
        HEADERS,
        /** The body of a request took too long. */
        BODY,
        /** No further request came for too long. */
        IDLE,
        /** An answer was not read, or too slowly. */
        UNREAD
    }

    @SuppressWarnings("NullAway") // the constructor has put all of them
    void count(Reason reason) {
        counters.get(reason).increment();
    }
}

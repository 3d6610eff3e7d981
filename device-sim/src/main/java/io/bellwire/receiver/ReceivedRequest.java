package io.bellwire.receiver;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One HTTP request to a receiver. Immutable by agreement: callers do not change {@link #body}. */
public final class ReceivedRequest {
    private final String method;
    private final Map<String, String> headers;
    private final byte[] body;

    /** @param headers the first value of each */
    public ReceivedRequest(String method, Map<String, String> headers, byte[] body) {
        Map<String, String> lower = new TreeMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        this.method = method;
        this.headers = lower;
        this.body = body;
    }

    String method() {
        return method;
    }

    byte[] body() {
        return body;
    }

    /** The header's value; empty if there is none. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }
}

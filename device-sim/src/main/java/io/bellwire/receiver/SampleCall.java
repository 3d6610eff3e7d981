package io.bellwire.receiver;

import java.util.LinkedHashMap;
import java.util.Map;

/** A call that a case makes, changed at will after it was signed. Immutable. */
record SampleCall(Map<String, String> headers, String body) {
    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";

    SampleCall {
        headers = Map.copyOf(headers);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    SampleCall with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.put(name, value);
        return new SampleCall(changed, body);
    }

    SampleCall without(String name) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.remove(name);
        return new SampleCall(changed, body);
    }

    SampleCall withBody(String other) {
        return new SampleCall(headers, other);
    }
}

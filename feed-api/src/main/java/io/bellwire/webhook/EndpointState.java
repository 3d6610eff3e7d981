package io.bellwire.webhook;

import java.util.Locale;

/** How an endpoint is doing. */
public enum EndpointState {
    /** The last attempt has succeeded, or there was none. */
    HEALTHY,
    /** The last attempt, or some in a row, have failed. */
    FAILING,
    /** So many attempts in a row have failed that the endpoint is only probed. */
    PAUSED,
    /** It is not called. */
    DISABLED;

    /** As answers and metrics have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.bellwire.webhook;

import java.util.Locale;

/** How an endpoint is doing. */
public enum EndpointState {
    /** The last attempt has succeeded, there was none, or those that failed are over and nothing is pending. */
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

package io.bellwire.webhook;

import java.util.Locale;

/** How a replay is doing. */
public enum ReplayState {
    /** Calls are made. */
    RUNNING,
    /** It goes on later: a call has failed, or the endpoint is paused or disabled. */
    WAITING,
    /** Everything was received. */
    DONE,
    /** The last retry has failed, or the feed is not the one that it began with. */
    FAILED,
    /** It was stopped by a request, or by a change of the endpoint. */
    STOPPED;

    /** Whether it is over. */
    public boolean isEnd() {
        return this == DONE || this == FAILED || this == STOPPED;
    }

    /** As the wire has it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.bellwire.http;

/** Why a stream ends, and what its reader is told of it. */
enum StreamEnd {
    /** The same caller has opened a newer stream of the same feed. Two that open by turns are slowed down. */
    REPLACED("replaced", 60_000),
    /** The reader did not read. */
    SLOW("slow", 5_000),
    /** The device or partner is disabled, or its secret is another one now. */
    DISABLED("disabled", 60_000),
    /** The server stops; the time to come back is drawn anew for each, so that not all come at once. */
    STOPPING("stopping", 2_000),
    /** There are too many streams. */
    TOO_MANY("too-many", 30_000),
    /** The reader has gone: nobody is there to be told. */
    GONE("gone", 0);

    private final String text;
    private final int retryMillis;

    StreamEnd(String text, int retryMillis) {
        this.text = text;
        this.retryMillis = retryMillis;
    }

    /** As the wire contract spells it. */
    String text() {
        return text;
    }

    /** How long a reader that comes back by itself is to wait first, at least. */
    int retryMillis() {
        return retryMillis;
    }
}

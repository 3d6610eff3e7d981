package io.bellwire.http;

/** Why a stream of signals ends: the reason and the reconnect delay in its last event. */
enum StreamEnd {
    /** The same caller has opened a newer stream of the same feed. The delay slows down two readers that take turns. */
    REPLACED("replaced", 60_000),
    /** The reader did not read for too long. */
    SLOW("slow", 5_000),
    /** The device or partner was disabled, or has a new secret. */
    DISABLED("disabled", 60_000),
    /** The partner is disconnected, since its feed has had a problem for too long. */
    DISCONNECTED("disconnected", 60_000),
    /** The server stops. A random time is added for each reader, so that not all reconnect at once. */
    STOPPING("stopping", 2_000),
    /** There are too many streams. */
    TOO_MANY("too-many", 30_000),
    /** The connection to the reader has failed, so there is no last event. */
    GONE("gone", 0);

    private final String text;
    private final int retryMillis;

    StreamEnd(String text, int retryMillis) {
        this.text = text;
        this.retryMillis = retryMillis;
    }

    /** The reason as in the last event and in metrics. */
    String text() {
        return text;
    }

    /** The shortest time before a reader reconnects, in milliseconds. */
    int retryMillis() {
        return retryMillis;
    }
}

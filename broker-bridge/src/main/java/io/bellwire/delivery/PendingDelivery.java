package io.bellwire.delivery;

/**
 * A delivery that was begun and is not received: one change, a batch, or a signal. It has no body, since a retry may be
 * a day later: the changes are read again. Belongs to one {@link EndpointDelivery}.
 */
final class PendingDelivery {
    /** The first revision that it carries. */
    final long first;
    /** The last one; that of a signal moves with the head. */
    long last;
    /** What its changes are about; what has the same subject waits for it. Empty for none. */
    final String subject;
    /** When its first change was committed, milliseconds since 1970; 0 if that is unknown. */
    final long atMillis;

    int failures;
    long dueNanos;
    boolean isInFlight;
    /** Whether its last attempt was begun while the endpoint was only probed. */
    boolean isProbe;
    /** Whether the endpoint has answered that the body is too large. */
    boolean isRefused;

    PendingDelivery(long first, long last, String subject, long atMillis) {
        this.first = first;
        this.last = last;
        this.subject = subject;
        this.atMillis = atMillis;
    }
}

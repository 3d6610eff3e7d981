package io.bellwire.webhook;

/**
 * One attempt of a call, and what became of it. Immutable.
 *
 * @param number counts the attempts of the endpoint
 * @param webhookId what the call's header {@code webhook-id} was
 * @param atMillis when it began, milliseconds since 1970
 * @param kind {@code full}, {@code event}, {@code signal}, {@code challenge}, {@code test}, {@code probe} or {@code
 *     replay}
 * @param first the first revision that it carried or announced; 0 if it was not about the feed
 * @param last the last one
 * @param what the status of the answer, or one word such as {@code timeout}
 * @param detail the first characters of the answer, or why there was none; empty for a success
 * @param isReceived whether the answer was a 2xx
 */
public record CallAttempt(
        long number,
        String webhookId,
        long atMillis,
        String kind,
        long first,
        long last,
        String what,
        String detail,
        long elapsedMillis,
        boolean isReceived) {}

package io.bellwire.delivery;

import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.CallError;
import java.time.Duration;

/**
 * What is remembered of a call that is under way. Immutable.
 *
 * @param first the first revision that it carries or announces; 0 if it is not about the feed
 * @param last the last one
 * @param atMillis when it began, milliseconds since 1970
 */
record CallMade(String webhookId, String kind, long first, long last, long atMillis) {
    private static final String REPLAY = "replay";

    static CallMade of(PreparedCall call, long first, long last, long atMillis) {
        int end = call.payload().indexOf(';');
        String payload = end < 0 ? call.payload() : call.payload().substring(0, end);
        return new CallMade(call.webhookId(), call.isReplay() ? REPLAY : payload, first, last, atMillis);
    }

    /**
     * The attempt that this call was.
     *
     * @param isDetailKept whether what a success was answered is kept too
     */
    CallAttempt ended(long number, CallResult result, boolean isDetailKept) {
        return result.fold(
                answered -> attempt(
                        number,
                        Integer.toString(answered.status()),
                        isDetailKept || !answered.isReceived() ? answered.bodyStart(CallError.DETAIL_LENGTH_MAX) : "",
                        answered.elapsed(),
                        answered.isReceived()),
                failed -> attempt(
                        number,
                        failed.reason(),
                        new CallError(0, failed.reason(), failed.detail()).detail(),
                        failed.elapsed(),
                        false),
                busy -> attempt(number, "busy", "too many calls go to the same host", Duration.ZERO, false));
    }

    private CallAttempt attempt(long number, String what, String detail, Duration elapsed, boolean isReceived) {
        return new CallAttempt(
                number, webhookId, atMillis, kind, first, last, what, detail, elapsed.toMillis(), isReceived);
    }
}

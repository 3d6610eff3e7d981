package io.bellwire.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.EndpointUrls;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a new URL whether it wants the calls of an endpoint, until it answers with the challenge or its time is over. A
 * state machine as {@link EndpointDelivery}. Not thread-safe.
 */
final class UrlChallenge {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    /** Waits after failed attempts; the last one repeats. */
    private static final List<Long> WAITS_SECONDS = List.of(5L, 30L, 300L, 900L);

    private final EndpointUrls.Pending pending;
    private final long endNanos;
    private int attempts;
    private long dueNanos;
    private boolean isInFlight;
    private boolean isConfirmed;
    private boolean isWritten;

    /** @param endNanos when the URL is given up */
    UrlChallenge(EndpointUrls.Pending pending, long endNanos) {
        this.pending = pending;
        this.endNanos = endNanos;
    }

    /**
     * The challenge of the pending URL, which is {@code known} if that is the same URL; null if none is pending.
     *
     * @param steadyMillis the time of the log, by which the URL is given up
     */
    static @Nullable UrlChallenge of(
            EndpointUrls urls, @Nullable UrlChallenge known, long steadyMillis, long nowNanos) {
        EndpointUrls.Pending pending = urls.pending().orElse(null);
        if (pending == null || (known != null && known.pending.equals(pending))) {
            return pending == null ? null : known;
        }
        long leftMillis = Math.max(0, pending.endsMillis() - steadyMillis);
        return new UrlChallenge(pending, nowNanos + TimeUnit.MILLISECONDS.toNanos(leftMillis));
    }

    EndpointUrls.Pending pending() {
        return pending;
    }

    /** When the next attempt is to be made, or the URL is given up; never if that is for a write to settle. */
    long dueNanos(long nowNanos) {
        return isConfirmed || isInFlight || nowNanos >= endNanos ? Scheduler.NEVER_NANOS : Math.min(dueNanos, endNanos);
    }

    /** Whether an attempt is to be made now. */
    boolean isDue(long nowNanos) {
        return !isConfirmed && !isInFlight && dueNanos <= nowNanos && nowNanos < endNanos;
    }

    /** Whether the URL has answered the challenge. */
    boolean isConfirmed() {
        return isConfirmed;
    }

    /** Whether the time of the URL is over. */
    boolean isGivenUp(long nowNanos) {
        return !isConfirmed && !isInFlight && nowNanos >= endNanos;
    }

    /** What has become of it was written; the endpoint will be told. */
    void written() {
        isWritten = true;
    }

    boolean isWritten() {
        return isWritten;
    }

    /** An attempt begins. */
    void begin() {
        isInFlight = true;
        attempts++;
    }

    void ended(CallResult result, long nowNanos) {
        isInFlight = false;
        isConfirmed = result instanceof CallResult.Answered answered
                && answered.isReceived()
                && isAnswer(answered.body(), pending.challenge());
        int wait = Math.min(attempts, WAITS_SECONDS.size()) - 1;
        dueNanos = nowNanos + TimeUnit.SECONDS.toNanos(WAITS_SECONDS.get(wait));
    }

    /** Whether a body is {@code {"challenge":"..."}} with the value, or the value as plain text. */
    static boolean isAnswer(byte[] body, String challenge) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        if (text.equals(challenge)) {
            return true;
        }
        try {
            JsonNode json = JSON.readTree(text);
            // one member: a URL that sends back all that it gets has not said that it wants the calls
            return json != null
                    && json.isObject()
                    && json.size() == 1
                    && json.path("challenge").isTextual()
                    && json.path("challenge").textValue().equals(challenge);
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}

package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.EndpointKeys;
import io.bellwire.webhook.SignatureCheck;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Finds out whether a URL checks signatures: from time to time, after a call that it has received, it gets one whose
 * signature is wrong. Belongs to one {@link EndpointDelivery}. Not thread-safe.
 */
final class SignatureProbe {
    private static final int BAD_REQUEST = 400;
    private static final int TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;
    private static final int JITTER_PART = 5;

    private final String url;
    private final long intervalNanos;
    private final RandomGenerator random;
    private final DeliveryRecord record;
    private long dueNanos = Scheduler.NEVER_NANOS;
    private boolean isWanted;
    private boolean isInFlight;
    private SignatureCheck check = SignatureCheck.UNKNOWN;

    SignatureProbe(String url, DeliveryOptions options, RandomGenerator random, DeliveryRecord record) {
        this.url = url;
        this.intervalNanos = options.signatureProbe().toNanos();
        this.random = random;
        this.record = record;
    }

    String url() {
        return url;
    }

    SignatureCheck check() {
        return check;
    }

    boolean isInFlight() {
        return isInFlight;
    }

    /** Whether a probe is to be made as soon as nothing else is to be called. */
    boolean isWanted() {
        return isWanted && !isInFlight;
    }

    /** The URL has received a call. */
    void received(long nowNanos) {
        if (dueNanos == Scheduler.NEVER_NANOS) {
            dueNanos = nowNanos + intervalWithJitter();
        }
        isWanted |= nowNanos >= dueNanos;
    }

    /** The probe begins. Returns its call. */
    PreparedCall begin(WebhookEndpoint endpoint, long wallMillis, long nowNanos) {
        isWanted = false;
        isInFlight = true;
        dueNanos = nowNanos + intervalWithJitter();
        String id = "probe-" + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        // of a salt that the endpoint does not have, keys follow that it does not have either
        return CallBody.probe(endpoint.id().feed(), id, wallMillis)
                .toCall(endpoint, url)
                .with(new EndpointKeys(id, Optional.empty()));
    }

    void ended(CallResult result, long nowNanos) {
        isInFlight = false;
        int status = result instanceof CallResult.Answered answered ? answered.status() : 0;
        if (result instanceof CallResult.Answered answered && answered.isReceived()) {
            if (check != SignatureCheck.NOT_CHECKED) {
                record.signatureNotChecked(nowNanos);
            }
            check = SignatureCheck.NOT_CHECKED;
            record.probed("not-checked");
        } else if (status >= BAD_REQUEST && status < SERVER_ERROR && status != TIMEOUT && status != TOO_MANY) {
            check = SignatureCheck.CHECKED;
            record.probed("checked");
        } else {
            record.probed("unknown");
        }
    }

    /** Up to a fifth less or more, so that a receiver cannot know when to check. */
    private long intervalWithJitter() {
        long part = intervalNanos / JITTER_PART;
        return intervalNanos - part + random.nextLong(2 * part + 1);
    }
}

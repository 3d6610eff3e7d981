package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.SignatureCheck;
import io.bellwire.webhook.WebhookEndpoint;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the answers of an endpoint do not say: whether anything is processed, and whether signatures are checked. Not
 * thread-safe.
 */
final class ReceiverWatch {
    private final DeliveryOptions options;
    private final RandomGenerator random;
    private final DeliveryRecord record;
    /** Null before the first call was received, so that an idle endpoint takes no memory for it. */
    private @Nullable ProcessedWatch processed;
    /** Of the URL in use; null before it has received a call, and if there are to be no probes. */
    private @Nullable SignatureProbe probe;

    ReceiverWatch(DeliveryOptions options, RandomGenerator random, DeliveryRecord record) {
        this.options = options;
        this.random = random;
        this.record = record;
    }

    /** The endpoint was written anew. */
    void changed(WebhookEndpoint now) {
        if (probe != null && !now.urls().inUse().equals(Optional.of(probe.url()))) {
            probe = null;
        }
    }

    /** A call of {@code url} with changes up to {@code revision} was received. */
    void received(String url, long revision, long nowNanos) {
        if (processed == null) {
            processed = new ProcessedWatch(options, record);
        }
        processed.received(revision);
        if (options.signatureProbe().isZero()) {
            return;
        }
        if (probe == null) {
            probe = new SignatureProbe(url, options, random, record);
        }
        probe.received(nowNanos);
    }

    /** Looks whether anything is processed; see {@link ProcessedWatch#look}. */
    long look(WebhookEndpoint endpoint, long processedRevision, long nowNanos) {
        boolean isWatched = endpoint.isCalled() && endpoint.settings().isAcknowledging();
        return processed == null ? Scheduler.NEVER_NANOS : processed.look(isWatched, processedRevision, nowNanos);
    }

    /** The probe that is to be made as soon as nothing else is to be called; null if none is. */
    @Nullable SignatureProbe wantedProbe() {
        return probe != null && probe.isWanted() ? probe : null;
    }

    /** How many calls of probes are under way. */
    int inFlight() {
        return probe != null && probe.isInFlight() ? 1 : 0;
    }

    /** Whether it answers 2xx though its partner processes nothing. */
    boolean isSuspicious() {
        return processed != null && processed.isSuspicious();
    }

    SignatureCheck signatureCheck() {
        return probe == null ? SignatureCheck.UNKNOWN : probe.check();
    }
}

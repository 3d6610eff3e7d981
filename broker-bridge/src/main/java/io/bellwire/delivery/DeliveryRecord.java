package io.bellwire.delivery;

import io.bellwire.log.Revision;
import io.bellwire.webhook.CallError;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the calls of one endpoint: statistics, the last error, and the news that its partner's feed still
 * has to get. Not thread-safe.
 */
class DeliveryRecord {
    /** News that are not written yet; the oldest go. */
    private static final int NEWS_MAX = 16;

    private final DeliveryOptions options;
    private final DeliveryMeters meters;
    private final LongSupplier wallMillis;
    private @Nullable CallStatistics statistics;
    private @Nullable CallError lastError;
    private @Nullable Queue<EndpointNews> news;
    // null before they begin
    private @Nullable StateNews failing;
    private @Nullable StateNews suspicious;
    private @Nullable StateNews unchecked;
    private long falseFailures;

    /** @param wallMillis the time, milliseconds since 1970 */
    DeliveryRecord(DeliveryOptions options, DeliveryMeters meters, LongSupplier wallMillis) {
        this.options = options;
        this.meters = meters;
        this.wallMillis = wallMillis;
    }

    /** The time, milliseconds since 1970. */
    long nowMillis() {
        return wallMillis.getAsLong();
    }

    @Nullable CallStatistics statistics() {
        return statistics;
    }

    @Nullable CallError lastError() {
        return lastError;
    }

    /** The news that is to be written next; null if there is none. */
    @Nullable EndpointNews nextNews() {
        return news == null ? null : news.peek();
    }

    /** The news was written. */
    void written(EndpointNews written) {
        if (news != null) {
            news.remove(written);
            news = news.isEmpty() ? null : news;
        }
    }

    private void tell(EndpointNews what) {
        if (news == null) {
            news = new ArrayDeque<>(2);
        }
        if (news.size() >= NEWS_MAX) {
            news.remove();
            meters.newsDropped.increment();
        }
        news.add(what);
    }

    /** An attempt has ended, other than because its target is busy. */
    void attempt(CallResult result, boolean isReceived, long nowNanos) {
        meters.attempt(result);
        if (statistics == null) {
            statistics = new CallStatistics();
        }
        statistics.record(
                isReceived,
                result.fold(CallResult.Answered::elapsed, CallResult.Failed::elapsed, CallResult.Busy::retryAfter),
                nowNanos);
        if (!isReceived) {
            lastError = errorOf(result);
        }
    }

    /** The endpoint's target is busy. */
    void busy(CallResult result) {
        meters.attempt(result);
    }

    /** The endpoint has received this many changes. */
    void received(long changes) {
        meters.changesReceived.increment((double) changes);
        if (failing != null && failing.ends()) {
            tell(new EndpointNews.Recovered());
        }
    }

    /** So many attempts in a row have failed. */
    void failed(int inRow, CallResult result, long nowNanos) {
        if (inRow < options.failingAfter()) {
            return;
        }
        failing = failing == null ? new StateNews() : failing;
        if (failing.begins(options.newsSpacing(), nowNanos)) {
            tell(new EndpointNews.Failing(inRow, errorOf(result).toString()));
        }
    }

    /** The partner has processed changes though their calls have failed. */
    void falseFailures(long changes) {
        if (changes > 0) {
            falseFailures += changes;
            meters.falseFailures.increment((double) changes);
        }
    }

    /** How many changes the partner has processed though their calls have failed. */
    long falseFailures() {
        return falseFailures;
    }

    /** The endpoint is suspicious. */
    void suspicious(long received, long processed, long nowNanos) {
        suspicious = suspicious == null ? new StateNews() : suspicious;
        if (suspicious.begins(options.newsSpacing(), nowNanos)) {
            tell(new EndpointNews.Suspicious(new Revision(received), new Revision(processed)));
        }
    }

    /** The endpoint is suspicious no more. */
    void trusted() {
        if (suspicious != null && suspicious.ends()) {
            tell(new EndpointNews.Trusted());
        }
    }

    /** The receiver turns out not to check signatures. */
    void signatureNotChecked(long nowNanos) {
        unchecked = unchecked == null ? new StateNews() : unchecked;
        if (unchecked.begins(options.newsSpacing(), nowNanos)) {
            tell(new EndpointNews.SignatureNotChecked());
            unchecked.ends(); // by which nothing follows
        }
    }

    /** A probe of the receiver's check of signatures has ended so. */
    void probed(String result) {
        meters.probed(result);
    }

    /** Retention has removed changes that were not received. */
    void missed(long from, long to, long count) {
        meters.missed.increment((double) count);
        tell(new EndpointNews.Missed(new Revision(from), new Revision(to), count));
    }

    private CallError errorOf(CallResult result) {
        long atMillis = wallMillis.getAsLong();
        return result.fold(
                answered -> new CallError(
                        atMillis, Integer.toString(answered.status()), answered.bodyStart(CallError.DETAIL_LENGTH_MAX)),
                failed -> new CallError(atMillis, failed.reason(), failed.detail()),
                busy -> new CallError(atMillis, "busy", ""));
    }
}

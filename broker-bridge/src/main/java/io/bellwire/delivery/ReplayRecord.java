package io.bellwire.delivery;

import java.util.function.LongSupplier;

/** What has become of the calls of a replay: they count neither as delivery, nor as news of the endpoint. Not thread-safe. */
final class ReplayRecord extends DeliveryRecord {
    private final DeliveryMeters meters;
    long calls;
    long failures;
    long missed;

    ReplayRecord(DeliveryOptions options, DeliveryMeters meters, LongSupplier wallMillis) {
        super(options, meters, wallMillis);
        this.meters = meters;
    }

    @Override
    void attempt(CallResult result, boolean isReceived, long nowNanos) {
        super.attempt(result, isReceived, nowNanos);
        calls++;
        failures += isReceived ? 0 : 1;
    }

    @Override
    void received(long changes) {
        meters.changesReplayed.increment((double) changes);
    }

    @Override
    void failed(int inRow, CallResult result, long nowNanos) {
        // what is said of the endpoint is what live delivery finds
    }

    @Override
    void missed(long from, long to, long count) {
        missed += count;
    }
}

package io.bellwire.delivery;

import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Makes what replays are run with. Belongs to the loop of {@link Deliveries}. */
final class ReplayFactory {
    private final DeliveryOptions options;
    private final DeliveryMeters meters;
    private final LongSupplier wallMillis;
    private final RandomGenerator random;
    private final LongSupplier serials;

    /**
     * @param wallMillis the time, milliseconds since 1970
     * @param serials numbers endpoints
     */
    ReplayFactory(
            DeliveryOptions options,
            DeliveryMeters meters,
            LongSupplier wallMillis,
            RandomGenerator random,
            LongSupplier serials) {
        this.options = options;
        this.meters = meters;
        this.wallMillis = wallMillis;
        this.random = random;
        this.serials = serials;
    }

    /** A replay of the endpoint, as {@code begun} has it. */
    ReplayRun make(TrackedEndpoint live, EndpointReplay begun) {
        ReplayRecord record = new ReplayRecord(options, meters, wallMillis);
        EndpointDelivery delivery = new EndpointDelivery(
                ReplayRun.called(live.delivery.endpoint(), begun.perSecond()),
                new EndpointPosition(begun.epoch(), begun.at()),
                options,
                random,
                record,
                new ReplayScope(live.delivery, begun.to()));
        TrackedEndpoint own = new TrackedEndpoint(live.feed, serials.getAsLong(), delivery, record);
        return new ReplayRun(live, own, record, begun);
    }
}

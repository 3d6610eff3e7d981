package io.bellwire.delivery;

import io.bellwire.log.Revision;
import io.bellwire.runtime.Scheduler;

/** What an {@link EndpointDelivery} wants done next. */
sealed interface DeliveryStep {
    /** Nothing to do before this time, unless something happens. */
    record Wait(long untilNanos) implements DeliveryStep {
        static final Wait FOR_EVENTS = new Wait(Scheduler.NEVER_NANOS);
    }

    /** Changes of the feed are needed, see {@link EndpointFeed#recent}. */
    record Load(Revision after, int limit, long bytesMax) implements DeliveryStep {}

    /** A call is to be made; it counts as under way. */
    record Call(PendingDelivery delivery, PreparedCall call) implements DeliveryStep {}

    /** A call is to be made that carries no changes; it counts as under way. */
    record Probe(PreparedCall call, RunningCall.Ending ending) implements DeliveryStep {}
}

package io.bellwire.feedapi;

import io.bellwire.log.EventLog;
import io.bellwire.order.OrderStore;
import io.bellwire.query.OrderSearch;
import io.bellwire.runtime.TimerThread;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;

/** Starts the order search of a server. */
final class SearchStart {
    private SearchStart() {}

    static OrderSearch start(
            FeedApiOptions options,
            EventLog events,
            OrderStore orders,
            TimerThread timer,
            Clock clock,
            SecureRandom random,
            MeterRegistry meters) {
        return OrderSearch.start(
                new OrderSearch.Storage(
                        options.dataFolder(),
                        "query-" + Long.toHexString(random.nextLong()), // in memory, no two may have one name
                        options.limits().readers(),
                        options.limits().diskFreeBytesMin()),
                options.query(),
                events,
                orders,
                timer,
                clock,
                meters);
    }
}

package io.bellwire.fleet;

import io.bellwire.device.net.HttpMeter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts HTTP requests and bytes for each kind of doorbell. Thread-safe. */
final class HttpCosts {
    private static final int TOO_MANY_REQUESTS = 429;

    private final Map<FleetDoorbell, OfKind> kinds = new EnumMap<>(FleetDoorbell.class);

    HttpCosts() {
        for (FleetDoorbell kind : FleetDoorbell.values()) {
            kinds.put(kind, new OfKind());
        }
    }

    OfKind of(FleetDoorbell kind) {
        OfKind cost = kinds.get(kind);
        if (cost == null) {
            throw new IllegalArgumentException("unknown kind " + kind);
        }
        return cost;
    }

    /** Answers with status 429, to all devices. */
    long tooMany() {
        return kinds.values().stream().mapToLong(cost -> cost.tooMany.sum()).sum();
    }

    /** The counts for one kind of doorbell. */
    static final class OfKind implements HttpMeter {
        private final LongAdder requests = new LongAdder();
        private final LongAdder bytesUp = new LongAdder();
        private final LongAdder bytesDown = new LongAdder();
        private final LongAdder tooMany = new LongAdder();

        @Override
        public void sent(long bytes) {
            requests.increment();
            bytesUp.add(bytes);
        }

        @Override
        public void received(int status, long bytes) {
            bytesDown.add(bytes);
            if (status == TOO_MANY_REQUESTS) {
                tooMany.increment();
            }
        }

        /** Counts requests without their bytes: for traffic through a proxy, which counts the bytes itself. */
        HttpMeter requestsOnly() {
            return new HttpMeter() {
                @Override
                public void sent(long bytes) {
                    OfKind.this.sent(0);
                }

                @Override
                public void received(int status, long bytes) {
                    OfKind.this.received(status, 0);
                }
            };
        }

        long requests() {
            return requests.sum();
        }

        long bytesUp() {
            return bytesUp.sum();
        }

        long bytesDown() {
            return bytesDown.sum();
        }
    }
}

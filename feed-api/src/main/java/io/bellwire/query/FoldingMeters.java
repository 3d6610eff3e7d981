package io.bellwire.query;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The counters of folding. */
record FoldingMeters(Counter folded, Counter failures, Counter rebuilds) {
    static FoldingMeters of(MeterRegistry meters) {
        return new FoldingMeters(
                Counter.builder("bellwire.query.folded")
                        .description("Changes of orders that the order search has taken in")
                        .register(meters),
                Counter.builder("bellwire.query.failures")
                        .description(
                                "Batches that failed and were tried again, and changes that could not be read as an order's")
                        .register(meters),
                Counter.builder("bellwire.query.rebuilds")
                        .description("Times that the order search began anew from the log")
                        .register(meters));
    }
}

package io.bellwire.escalation;

import io.bellwire.degradation.EscalatedFeed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What escalations count. Thread-safe. */
final class EscalationMeters {
    final Counter steps;
    final Counter dropped;
    final Counter faults;
    private final MeterRegistry meters;

    EscalationMeters(MeterRegistry meters, Supplier<Collection<EscalatedFeed>> feeds) {
        this.meters = meters;
        steps = counter("steps", "Steps that were taken");
        dropped = counter("dropped", "Feeds with a problem that were not followed, since too many others had one");
        faults = counter("faults", "Defects that escalations have survived");
        feeds(feeds, "problem", feed -> true);
        feeds(feeds, "escalated", feed -> feed.step() > 0);
        feeds(
                feeds,
                "orders-limited",
                feed -> feed.ordersPercent() > 0 && feed.ordersPercent() < EscalatedFeed.ALL_PERCENT);
        feeds(feeds, "orders-refused", feed -> feed.ordersPercent() == 0);
        feeds(feeds, "disconnected", EscalatedFeed::isDisconnected);
    }

    private Counter counter(String name, String description) {
        return Counter.builder("bellwire.escalation." + name)
                .description(description)
                .register(meters);
    }

    private void feeds(Supplier<Collection<EscalatedFeed>> feeds, String what, Predicate<EscalatedFeed> isSuch) {
        Gauge.builder(
                        "bellwire.escalation.feeds",
                        () -> feeds.get().stream().filter(isSuch).count())
                .description("Feeds that have a problem, and those of them from which something is withheld")
                .tag("state", what)
                .register(meters);
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("bellwire.escalation." + name, value)
                .description(description)
                .register(meters);
    }

    void lossGauge(String kind, Supplier<Number> seconds) {
        Gauge.builder("bellwire.escalation.loss.seconds", seconds)
                .description("When retention takes the first change that a reader has not processed; no number if none")
                .tag("kind", kind)
                .register(meters);
    }
}

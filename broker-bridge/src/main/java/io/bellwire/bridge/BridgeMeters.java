package io.bellwire.bridge;

import io.bellwire.bridge.SendAttempt.Kind;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.route.Tier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the bridge counts. Thread-safe. */
final class BridgeMeters {
    final Counter skipped;
    final Counter lookedUp;
    final Counter lookUpsFailed;
    final Counter faults;
    private final Map<Kind, Map<Handover, Counter>> signals = new EnumMap<>(Kind.class);
    private final Map<DoorbellKind, Map<Tier, Counter>> messages = new EnumMap<>(DoorbellKind.class);
    private final Timer delay;
    private final MeterRegistry meters;

    BridgeMeters(MeterRegistry meters) {
        this.meters = meters;
        for (Kind kind : Kind.values()) {
            Map<Handover, Counter> outcomes = new EnumMap<>(Handover.class);
            for (Handover outcome : Handover.values()) {
                outcomes.put(
                        outcome,
                        Counter.builder("bellwire.bridge.signals")
                                .description("Signals handed over, by why and by what became of them")
                                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                                .register(meters));
            }
            signals.put(kind, outcomes);
        }
        for (DoorbellKind doorbell : DoorbellKind.values()) {
            Map<Tier, Counter> tiers = new EnumMap<>(Tier.class);
            for (Tier tier : Tier.values()) {
                tiers.put(
                        tier,
                        Counter.builder("bellwire.bridge.messages")
                                .description("Signals written, by doorbell and by how much they carry")
                                .tag("doorbell", doorbell.text())
                                .tag("tier", tier.text())
                                .register(meters));
            }
            messages.put(doorbell, tiers);
        }
        skipped = Counter.builder("bellwire.bridge.signals.skipped")
                .description("Signals not sent because the reader came before its window was over")
                .register(meters);
        lookedUp = Counter.builder("bellwire.bridge.lookups.feeds")
                .description("Feeds whose position was looked up")
                .register(meters);
        lookUpsFailed = Counter.builder("bellwire.bridge.lookups.failed")
                .description("Look-ups of positions that failed")
                .register(meters);
        faults = Counter.builder("bellwire.bridge.faults")
                .description("Faults that the bridge outlived")
                .register(meters);
        delay = Timer.builder("bellwire.bridge.signal.delay")
                .description("From the notice of a commit to the hand-over of its signal")
                .register(meters);
    }

    void watch(ChannelRegistry channels, FetchSpreader spreader) {
        gauge("bellwire.bridge.devices", "Channels that signals can be sent on", channels::size);
        gauge(
                "bellwire.bridge.devices.behind",
                "Channels whose readers have not received their feed's head",
                channels::behind);
        gauge("bellwire.bridge.devices.expected", "Feeds whose readers are about to read", spreader::expected);
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .strongReference(true)
                .register(meters);
    }

    void signal(Kind kind, Handover outcome) {
        count(signals.get(kind), outcome);
    }

    /** A message was written; how much it carried, and to what. */
    void written(DoorbellKind kind, Tier tier) {
        count(messages.get(kind), tier);
    }

    private static <K> void count(@Nullable Map<K, Counter> counters, K key) {
        Counter counter = counters == null ? null : counters.get(key);
        if (counter != null) {
            counter.increment();
        }
    }

    void delayed(long nanos) {
        delay.record(nanos, TimeUnit.NANOSECONDS);
    }
}

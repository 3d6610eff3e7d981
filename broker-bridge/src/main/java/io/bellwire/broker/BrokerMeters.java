package io.bellwire.broker;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the broker counts. Ids and addresses are no tags. Thread-safe. */
final class BrokerMeters {
    private final Map<ConnectionRefusal, Counter> refusals = new EnumMap<>(ConnectionRefusal.class);
    private final Map<Handover, Counter> signals = new EnumMap<>(Handover.class);
    private final Counter loopErrors;
    private final Map<DoorbellKind, Counter> connects = new EnumMap<>(DoorbellKind.class);
    private final Counter restarts;
    private final Counter canariesHeard;
    private final Counter canariesUnheard;

    private final MeterRegistry registry;

    BrokerMeters(MeterRegistry registry) {
        this.registry = registry;
        for (DoorbellKind kind : List.of(DoorbellKind.MQTT, DoorbellKind.WEBSOCKET)) {
            connects.put(
                    kind,
                    Counter.builder("bellwire.broker.connects")
                            .description("Logins of devices")
                            .tag("doorbell", kind.text())
                            .register(registry));
        }
        loopErrors = Counter.builder("bellwire.broker.loop.errors")
                .description("Commands that threw in a session loop, which went on")
                .register(registry);
        restarts = Counter.builder("bellwire.broker.restarts")
                .description("Restarts in place because a session loop was dead")
                .register(registry);
        canariesHeard = canaries("heard");
        canariesUnheard = canaries("unheard");
        for (ConnectionRefusal refusal : ConnectionRefusal.values()) {
            refusals.put(
                    refusal,
                    Counter.builder("bellwire.broker.refusals")
                            .description("Connections that the broker refused or closed")
                            .tag("reason", refusal.tag())
                            .register(registry));
        }
        for (Handover outcome : Handover.values()) {
            signals.put(
                    outcome,
                    Counter.builder("bellwire.broker.signals")
                            .description("Signals by what became of them")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    private Counter canaries(String outcome) {
        return Counter.builder("bellwire.broker.canaries")
                .description("Rounds of the watchdog, one for each session loop")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Adds what is asked of the broker itself. */
    void watch(SignalBroker broker) {
        Gauge.builder("bellwire.broker.connections", broker, SignalBroker::connections)
                .description("Devices that are logged in")
                .register(registry);
        Gauge.builder("bellwire.broker.buffers", PooledByteBufAllocator.DEFAULT.metric()::usedDirectMemory)
                .description("Direct memory that the broker's network buffers hold")
                .baseUnit("bytes")
                .register(registry);
    }

    @SuppressWarnings("NullAway") // the constructor has put both
    void connected(DoorbellKind kind) {
        connects.get(kind).increment();
    }

    @SuppressWarnings("NullAway") // the constructor has put all of them
    void refused(ConnectionRefusal refusal) {
        refusals.get(refusal).increment();
    }

    @SuppressWarnings("NullAway") // the constructor has put all of them
    void signal(Handover outcome) {
        signals.get(outcome).increment();
    }

    void loopError() {
        loopErrors.increment();
    }

    void listened(boolean heard) {
        (heard ? canariesHeard : canariesUnheard).increment();
    }

    void restarted() {
        restarts.increment();
    }
}

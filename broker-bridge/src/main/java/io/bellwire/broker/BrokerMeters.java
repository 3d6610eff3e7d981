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
import java.util.function.Supplier;

/** The broker's metrics. Ids and addresses are never tags. Thread-safe. */
final class BrokerMeters {
    private final Map<ConnectionRefusal, Counter> refusals = new EnumMap<>(ConnectionRefusal.class);
    private final Map<Handover, Counter> signals = new EnumMap<>(Handover.class);
    private final Counter loopErrors;
    private final Map<DoorbellKind, Counter> connects = new EnumMap<>(DoorbellKind.class);
    private final Counter busyLoops;
    private final Counter restarts;
    private final Counter canariesSucceeded;
    private final Counter canariesFailed;

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
                .description("Commands that have thrown in a session loop")
                .register(registry);
        busyLoops = Counter.builder("bellwire.broker.loop.busy")
                .description(
                        "Rounds of the watchdog in which a session loop worked but did not serve its canary in time")
                .register(registry);
        restarts = Counter.builder("bellwire.broker.restarts")
                .description("Restarts in place because a session loop did not answer")
                .register(registry);
        canariesSucceeded = canaries("heard");
        canariesFailed = canaries("unheard");
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
                            .description("Signals by their outcome")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    private Counter canaries(String outcome) {
        return Counter.builder("bellwire.broker.canaries")
                .description("Probes of session loops by the watchdog")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Adds the gauges that query the broker itself. */
    void watch(SignalBroker broker, Supplier<Number> sockets) {
        Gauge.builder("bellwire.broker.sockets", sockets)
                .description("MQTT and WebSocket connections that are open, logged in or not")
                .strongReference(true)
                .register(registry);
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

    void loopBusy() {
        busyLoops.increment();
    }

    void canaryProbed(boolean succeeded) {
        (succeeded ? canariesSucceeded : canariesFailed).increment();
    }

    void restarted() {
        restarts.increment();
    }
}

package io.bellwire.delivery;

import io.bellwire.webhook.EndpointState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What deliveries count. Thread-safe. */
final class DeliveryMeters {
    final Counter changesReceived;
    final Counter falseFailures;
    final Counter missed;
    final Counter changesReplayed;
    final Counter newsDropped;
    final Counter faults;
    private final Counter received;
    private final Counter refused;
    private final Counter unanswered;
    private final Counter busy;
    private final AtomicInteger suspicious = new AtomicInteger();
    private final Map<EndpointState, AtomicInteger> endpoints = new ConcurrentHashMap<>();
    private final MeterRegistry meters;

    DeliveryMeters(MeterRegistry meters) {
        this.meters = meters;
        received = calls("received");
        refused = calls("refused");
        unanswered = calls("unanswered");
        busy = calls("busy");
        changesReceived = counter(
                "changes.received", "Changes that endpoints have received, unwanted ones between them included");
        falseFailures = counter("false.failures", "Changes whose calls failed, and that the partner has processed");
        missed = counter("changes.missed", "Changes that retention has removed before an endpoint received them");
        changesReplayed = counter("changes.replayed", "Changes that endpoints have received again by replays");
        newsDropped = counter("news.dropped", "Events about endpoints that could not be written");
        faults = counter("faults", "Defects that deliveries have survived");
        for (EndpointState state : EndpointState.values()) {
            Gauge.builder("bellwire.webhook.endpoints", count(state), AtomicInteger::get)
                    .description("Endpoints by state")
                    .tag("state", state.text())
                    .register(meters);
        }
        gauge("endpoints.suspicious", "Endpoints that answer 2xx though nothing is processed", suspicious::get);
    }

    private Counter calls(String result) {
        return Counter.builder("bellwire.webhook.calls")
                .description("Attempts of calls by result: 2xx, another status, no answer, or not made")
                .tag("result", result)
                .register(meters);
    }

    private Counter counter(String name, String description) {
        return Counter.builder("bellwire.webhook." + name)
                .description(description)
                .register(meters);
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("bellwire.webhook." + name, value)
                .description(description)
                .register(meters);
    }

    void attempt(CallResult result) {
        result.fold(answered -> answered.isReceived() ? received : refused, failed -> unanswered, notMade -> busy)
                .increment();
    }

    /** A probe has ended so. */
    void probed(String result) {
        Counter.builder("bellwire.webhook.signature.probes")
                .description("Calls with a wrong signature by what they have shown")
                .tag("result", result)
                .register(meters)
                .increment();
    }

    void added(EndpointState state, boolean isSuspicious) {
        count(state).incrementAndGet();
        suspicious.addAndGet(isSuspicious ? 1 : 0);
    }

    void removed(EndpointState state, boolean isSuspicious) {
        count(state).decrementAndGet();
        suspicious.addAndGet(isSuspicious ? -1 : 0);
    }

    private AtomicInteger count(EndpointState state) {
        return endpoints.computeIfAbsent(state, any -> new AtomicInteger());
    }
}

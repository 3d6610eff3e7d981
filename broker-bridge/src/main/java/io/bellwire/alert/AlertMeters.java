package io.bellwire.alert;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** The metrics of alerts. Thread-safe. */
final class AlertMeters {
    private static final String WAY = "way";

    private final MeterRegistry meters;

    AlertMeters(MeterRegistry meters) {
        this.meters = meters;
        for (AlertWay way : AlertWay.values()) {
            counter("bellwire.alerts.sent", "Alerts that a server has taken", way);
            counter("bellwire.alerts.failed", "Attempts to send an alert that have failed", way);
        }
    }

    private Counter counter(String name, String description, AlertWay way) {
        return Counter.builder(name)
                .description(description)
                .tag(WAY, way.text())
                .register(meters);
    }

    void gauge(AlertWay way, Supplier<Number> size) {
        Gauge.builder("bellwire.alerts.queue", size)
                .description("Alerts that wait to be sent")
                .tag(WAY, way.text())
                .register(meters);
    }

    void sent(AlertWay way) {
        counter("bellwire.alerts.sent", "Alerts that a server has taken", way).increment();
    }

    void failed(AlertWay way) {
        counter("bellwire.alerts.failed", "Attempts to send an alert that have failed", way)
                .increment();
    }

    /** @param reason why it was not sent */
    void dropped(AlertWay way, String reason) {
        Counter.builder("bellwire.alerts.dropped")
                .description("Alerts that were not sent, and will not be")
                .tag(WAY, way.text())
                .tag("reason", reason)
                .register(meters)
                .increment();
    }
}

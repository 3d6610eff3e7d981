package io.bellwire.outbound;

import io.bellwire.outbound.OutboundResult.Reason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The meters {@code bellwire.outbound.*}. Thread-safe. */
final class OutboundMetrics {
    private static final int STATUS_CLASSES = 6;
    private static final int STATUS_CLASS = 100;

    private final MeterRegistry meters;
    private final Timer[] answered = new Timer[STATUS_CLASSES];
    private final Map<Reason, Timer> failed = new EnumMap<>(Reason.class);

    OutboundMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (int i = 2; i < STATUS_CLASSES; i++) {
            answered[i] = calls(i + "xx");
        }
        for (Reason reason : Reason.values()) {
            failed.put(reason, calls(reason.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
    }

    private Timer calls(String result) {
        return Timer.builder("bellwire.outbound.calls")
                .description("Calls to other servers, from the call to its result")
                .tag("result", result)
                .register(meters);
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder("bellwire.outbound." + name, value)
                .description(description)
                .register(meters);
    }

    void count(OutboundResult result) {
        Timer timer = result.fold(
                answer -> answered[answer.status() / STATUS_CLASS], failure -> failed.get(failure.reason()));
        timer.record(result.elapsed());
    }
}

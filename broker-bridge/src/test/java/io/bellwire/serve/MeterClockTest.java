package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterClockTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

    /** Only elapsed time counts: the wall clock may have been set to any time. */
    @Test
    void maximumIsDroppedAfterSomeMinutes() {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(
                PrometheusConfig.DEFAULT, new PrometheusRegistry(), new MeterClock(1_795_161_600_000L, nanos::get));
        Timer timer = Timer.builder("test").register(meters);
        timer.record(Duration.ofSeconds(5));
        assertEquals(5, timer.max(TimeUnit.SECONDS));

        nanos.addAndGet(TimeUnit.MINUTES.toNanos(10));

        assertEquals(0, timer.max(TimeUnit.SECONDS));
        timer.record(Duration.ofSeconds(1));
        assertEquals(1, timer.max(TimeUnit.SECONDS));
    }
}

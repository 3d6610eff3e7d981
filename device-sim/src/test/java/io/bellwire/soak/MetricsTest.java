package io.bellwire.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Metrics METRICS = Metrics.of("""
            # HELP jvm_memory_used_bytes The amount of used memory
            jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 4.194304E7
            jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 1.0E6
            jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 6.2E7
            bellwire_streams_open 30.0
            """);

    @Test
    void seriesOfOneNameAreAddedUp() {
        assertEquals(OptionalDouble.of(42_943_040), METRICS.sum("jvm_memory_used_bytes", "area=\"heap\""));
        assertEquals(OptionalDouble.of(30), METRICS.sum("bellwire_streams_open", ""));
    }

    @Test
    void missingSeriesIsNotZero() {
        assertEquals(OptionalDouble.empty(), METRICS.sum("bellwire_streams", ""));
        assertEquals(OptionalDouble.empty(), METRICS.sum("jvm_memory_used_bytes", "area=\"stack\""));
    }
}

package io.bellwire.soak;

import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FleetDevices;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** Takes samples of the server's process, its data folder and the fleet. Not thread-safe. */
final class Sampler {
    private static final double MB = 1e6;
    private static final double MICROS_PER_MILLI = 1_000;
    private static final double MILLIS_PER_SECOND = 1_000;

    private final ServerWatch server;
    private final DataFolderFiles folder;
    private final FleetDevices devices;
    private final SoakWorkload workload;
    private final FailedWrites writes;
    private final AcknowledgedOrders acknowledged;
    private final AppliedLatencies applied;
    private final LongSupplier wallMillis;
    private long failuresBefore;

    Sampler(
            ServerWatch server,
            DataFolderFiles folder,
            FleetDevices devices,
            SoakWorkload workload,
            FailedWrites writes,
            AcknowledgedOrders acknowledged,
            LongSupplier wallMillis) {
        this.server = server;
        this.folder = folder;
        this.devices = devices;
        this.workload = workload;
        this.writes = writes;
        this.acknowledged = acknowledged;
        this.wallMillis = wallMillis;
        this.applied = new AppliedLatencies(devices, acknowledged);
    }

    /** @param collected whether the server collects its garbage first */
    Sample take(double seconds, int phase, boolean steady, boolean collected) throws InterruptedException {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        if (collected) {
            server.measureAfterCollection(figures);
        }
        server.measure(figures);
        figures.put(Figure.LOG_DISK, folder.logBytes() / MB);
        figures.put(Figure.OTHER_DISK, folder.otherBytes() / MB);
        long now = wallMillis.getAsLong();
        figures.put(Figure.OLDEST_SEGMENT, Math.max(0, now - folder.oldestSegmentMillis(now)) / MILLIS_PER_SECOND);
        latency(workload.acknowledgedMicros(), Figure.ACKNOWLEDGED_P50, Figure.ACKNOWLEDGED_P99, figures);
        latency(applied.micros(), Figure.APPLIED_P50, Figure.APPLIED_P99, figures);
        long failures = writes.failures();
        figures.put(Figure.FAILED_WRITES, (double) (failures - failuresBefore));
        failuresBefore = failures;
        figures.put(Figure.ORDERS, (double) acknowledged.size());
        figures.put(Figure.APPLIED, (double) devices.applied());
        figures.put(Figure.DEVICES, (double) devices.connected());
        return new Sample(seconds, phase, server.processCount(), steady, figures);
    }

    private static void latency(Histogram micros, Figure p50, Figure p99, Map<Figure, Double> into) {
        if (micros.getTotalCount() > 0) {
            into.put(p50, micros.getValueAtPercentile(50) / MICROS_PER_MILLI);
            into.put(p99, micros.getValueAtPercentile(99) / MICROS_PER_MILLI);
        }
    }
}

package io.bellwire.serve;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Metrics of the JVM: memory, threads, open files, processor time. Uses the names that common dashboards expect. */
final class JvmMeters {
    private JvmMeters() {}

    /** Leaves out what the linter of Prometheus refuses: nanoseconds, and suffixes that belong to counters of events. */
    static void leaveOutOddNames(MeterRegistry meters) {
        meters.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
        meters.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    }

    /** Adds the metrics of this JVM to {@code meters}, until the result is closed. */
    static AutoCloseable bind(MeterRegistry meters) {
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        FunctionCounter.builder("process.cpu", ManagementFactory.getOperatingSystemMXBean(), JvmMeters::cpuSeconds)
                .description("Processor time that the process has used")
                .baseUnit("seconds")
                .register(meters);
        JvmGcMetrics collections = new JvmGcMetrics();
        collections.bindTo(meters);
        Gauge.builder("bellwire.heap.after.collection", JvmMeters::heapAfterCollection)
                .description("Heap in use after the last garbage collection")
                .baseUnit("bytes")
                .register(meters);
        return collections;
    }

    private static double cpuSeconds(java.lang.management.OperatingSystemMXBean system) {
        return system instanceof OperatingSystemMXBean extended
                ? (double) extended.getProcessCpuTime() / TimeUnit.SECONDS.toNanos(1)
                : 0;
    }

    /** Heap in use after the last collection of any kind; 0 before the first. */
    private static long heapAfterCollection() {
        List<String> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .toList();
        long newestEnd = -1;
        long used = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class)) {
            GcInfo last = collector.getLastGcInfo();
            if (last != null && last.getEndTime() > newestEnd) {
                newestEnd = last.getEndTime();
                used = last.getMemoryUsageAfterGc().entrySet().stream()
                        .filter(pool -> heap.contains(pool.getKey()))
                        .mapToLong(pool -> pool.getValue().getUsed())
                        .sum();
            }
        }
        return used;
    }
}

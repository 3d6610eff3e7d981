package io.bellwire.bench;

import io.bellwire.device.DeviceId;
import io.bellwire.device.Signal;
import io.bellwire.net.Identity;
import io.bellwire.net.SignalSource;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What a connected device that does nothing costs the server. All connect once and go, so that what the server needs for
 * serving anybody at all is there and is not counted; then they connect to stay. Before and after is measured with the
 * server idle and its heap collected.
 */
final class MemoryBench {
    private static final double MOQUETTE_HEAP_BYTES = 5_100;
    private static final double GOAL_BYTES = 10_000;
    /** No more than this are on their way in together: what a rush takes is another figure. */
    private static final int AT_ONCE = 500;

    private static final long LOOK_NANOS = 20_000_000;
    /** Buffers that were freed go back to the pool, and the server's own timers run, before a look. */
    private static final long SETTLE_NANOS = 500_000_000;

    private static final int COLLECTIONS_IN_VAIN = 4;
    private static final long NOISE_BYTES = 1_000_000;

    private MemoryBench() {}

    static List<Row> run(int devices) throws Exception {
        Path folder = Fixture.folder();
        try (Child server = Child.bellwire(folder, List.of());
                ServerHeap heap = new ServerHeap(server);
                Loop loop = new Loop()) {
            List<String> secrets = Fixture.devices(server, devices);
            List<SignalSource.Call> calls = connect(server, loop, secrets);
            calls.forEach(SignalSource.Call::hangUp);
            while (server.metric("bellwire_broker_connections") > 0) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            Footprint before = settled(server, heap);
            List<SignalSource.Call> staying = connect(server, loop, secrets);
            Footprint after = settled(server, heap);
            staying.forEach(SignalSource.Call::hangUp);
            Map<String, Object> more = new LinkedHashMap<>();
            more.put("resident_before_mb", before.residentBytes() / 1e6);
            more.put("resident_after_mb", after.residentBytes() / 1e6);
            return List.of(
                    Row.of(
                            "heap per idle device at " + devices,
                            (after.heapBytes() - before.heapBytes()) / (double) devices,
                            "bytes",
                            MOQUETTE_HEAP_BYTES,
                            "<= 10 KB",
                            Map.of()),
                    Row.of(
                            "resident per idle device at " + devices,
                            (after.residentBytes() - before.residentBytes()) / (double) devices,
                            "bytes",
                            GOAL_BYTES,
                            "<= 1 (floor: the goal)",
                            more));
        } finally {
            Fixture.delete(folder);
        }
    }

    /** Collects until the heap has been given back as far as it goes, which takes the JVM several collections. */
    private static Footprint settled(Child server, ServerHeap heap) throws Exception {
        Footprint least = new Footprint(Long.MAX_VALUE, Long.MAX_VALUE);
        for (int since = 0; since < COLLECTIONS_IN_VAIN; since++) {
            LockSupport.parkNanos(SETTLE_NANOS);
            Footprint now = new Footprint(heap.liveBytes(), server.residentBytes());
            if (now.residentBytes() < least.residentBytes() - NOISE_BYTES) {
                least = now;
                since = 0;
            }
        }
        return least;
    }

    private record Footprint(long heapBytes, long residentBytes) {}

    /** Connects and subscribes as each of them; returns when all have heard the signal that follows. */
    private static List<SignalSource.Call> connect(Child server, Loop loop, List<String> secrets) {
        SignalSource signals =
                new LightSignals(loop, new InetSocketAddress(server.mqtt.getHost(), server.mqtt.getPort()));
        AtomicInteger greeted = new AtomicInteger();
        List<SignalSource.Call> calls = new ArrayList<>();
        for (String secret : secrets) {
            Identity who = new Identity(new DeviceId("d-" + calls.size()), secret);
            calls.add(signals.dial(who, null, new Greeted(greeted)));
            while (calls.size() - greeted.get() >= AT_ONCE) {
                LockSupport.parkNanos(LOOK_NANOS / 20);
            }
        }
        while (greeted.get() < secrets.size()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return calls;
    }

    private record Greeted(AtomicInteger count) implements SignalSource.Ear {
        @Override
        public void listening() {
            // the greeting follows
        }

        @Override
        public void heard(Signal signal) {
            count.incrementAndGet();
        }

        @Override
        public void cut(String why) {
            throw new IllegalStateException("a device that does nothing was cut: " + why);
        }
    }
}

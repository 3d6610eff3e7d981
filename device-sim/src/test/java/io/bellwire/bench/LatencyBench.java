package io.bellwire.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * From the acknowledgement of an order to its being applied by its device, with all devices connected. The order source
 * and the devices share one light thread, so that both ends of the measured way are seen by the same clock and cost the
 * server as little of the machine as may be.
 */
final class LatencyBench {
    static final int DEVICES = 1_000;
    static final int WARM_UP_SECONDS = 5;
    private static final int ORDERS_AT_ONCE = 64;
    private static final int[] RATES = {500, 2_000};

    private LatencyBench() {}

    static List<Row> run(int seconds) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int rate : RATES) {
            double signal = LatencyFloor.signalMillis(rate, seconds / 2);
            double get = LatencyFloor.getMillis(rate, seconds / 2);
            rows.add(measure(rate, seconds, signal, get));
        }
        return rows;
    }

    private static Row measure(int rate, int seconds, double signal, double get) throws Exception {
        Path folder = Fixture.folder();
        Meetings meetings = new Meetings();
        double cpu;
        try (Child server = Child.bellwire(folder, List.of());
                Loop loop = new Loop()) {
            List<String> secrets = Fixture.devices(server, DEVICES);
            Agents.Ear ear = step -> meetings.meet(step.change().orderId());
            try (Agents agents = new Agents(loop, server, secrets, ear)) {
                agents.start();
                while (agents.listening.get() < DEVICES) {
                    LockSupport.parkNanos(10_000_000);
                }
                HttpPool source = new HttpPool(loop, server.http, ORDERS_AT_ONCE);
                AtomicLong cpuBefore = new AtomicLong();
                pace(rate, WARM_UP_SECONDS + seconds, i -> {
                    if (i == rate * WARM_UP_SECONDS) {
                        cpuBefore.set((long) (server.cpuSeconds() * 1e9));
                        loop.execute(meetings.latency::reset);
                    }
                    byte[] request = order(server.token, i);
                    loop.execute(() -> source.send(request, answer -> meetings.meet(created(answer))));
                });
                long total = (long) rate * (WARM_UP_SECONDS + seconds);
                while (agents.applied.get() < total) {
                    LockSupport.parkNanos(10_000_000);
                }
                cpu = server.cpuSeconds() - cpuBefore.get() / 1e9;
            }
        } finally {
            Fixture.delete(folder);
        }
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("p99_ms", meetings.latency.getValueAtPercentile(99) / 1e6);
        more.put("max_ms", meetings.latency.getMaxValue() / 1e6);
        more.put("floor_signal_ms", signal);
        more.put("floor_get_ms", get);
        more.put("cpu_us_per_event", cpu * 1e6 / ((double) rate * seconds));
        return Row.of(
                "commit to applied p50, " + rate + " events/s",
                meetings.latency.getValueAtPercentile(50) / 1e6,
                "ms",
                signal + get,
                "<= 2",
                more);
    }

    private static byte[] order(String token, int i) {
        return HttpLoad.request(
                "POST",
                "/v1/orders",
                token,
                "Content-Type: application/json\r\n",
                ("{\"device_id\":\"d-" + i * 7919L % DEVICES + "\",\"volume\":\"110ml\"}")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static String created(HttpAnswer answer) {
        if (answer == null || answer.status() != 201) {
            throw new IllegalStateException("an order was not taken: " + answer);
        }
        String location = answer.header("location");
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** What is to be done for the event of this number. */
    interface Event {
        void happens(int number);
    }

    /** Has events happen evenly, for so many seconds. */
    static void pace(int rate, int seconds, Event event) {
        long started = System.nanoTime();
        for (int i = 0; i < rate * seconds; i++) {
            long due = started + i * 1_000_000_000L / rate;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(Math.max(50_000, due - System.nanoTime()));
            }
            event.happens(i);
        }
    }

    /** Orders that were answered and not applied yet, or the other way round. Used on the loop's thread. */
    private static final class Meetings {
        final Histogram latency = new Histogram(60_000_000_000L, 3);
        private final Map<String, Long> first = new HashMap<>();

        /** The answer and the device's work may be seen in either order; whichever is second knows how long it took. */
        void meet(String order) {
            long now = System.nanoTime();
            Long other = first.remove(order);
            if (other == null) {
                first.put(order, now);
            } else {
                latency.recordValue(now - other);
            }
        }
    }
}

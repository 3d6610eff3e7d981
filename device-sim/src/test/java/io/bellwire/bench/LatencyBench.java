package io.bellwire.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * From the acknowledgement of an order to its being applied by its device, with all devices connected. The order source
 * and the devices share one light thread, so that both ends of the measured way are seen by the same clock and cost the
 * server as little of the machine as may be.
 */
final class LatencyBench {
    static final int DEVICES = 1_000;
    static final int[] RATES = {500, 2_000};
    private static final int ORDERS_AT_ONCE = 64;

    private LatencyBench() {}

    /** @param warmUpSeconds at the highest rate; a server compiles what it runs for longer than it might seem */
    static List<Row> run(int warmUpSeconds, int seconds) throws Exception {
        Path folder = Fixture.folder();
        double[] signals = LatencyFloor.signalMillis(seconds);
        double[] gets = LatencyFloor.getMillis(folder, seconds);
        Meetings meetings = new Meetings();
        List<Row> rows = new ArrayList<>();
        try (Child server = Child.bellwire(folder, List.of());
                Loop loop = new Loop()) {
            List<String> secrets = Fixture.devices(server, DEVICES);
            Agents.Ear ear = step -> meetings.applied(step.change().orderId());
            try (Agents agents = new Agents(loop, server, secrets, ear)) {
                agents.start();
                while (agents.listening.get() < DEVICES) {
                    LockSupport.parkNanos(10_000_000);
                }
                HttpPool source = new HttpPool(loop, server.http, ORDERS_AT_ONCE);
                Event order = i -> {
                    byte[] request = order(server.token, i);
                    loop.execute(() -> {
                        long sent = System.nanoTime();
                        source.send(request, answer -> meetings.answered(created(answer), sent));
                    });
                };
                run(RATES[RATES.length - 1], warmUpSeconds, order, agents);
                for (int i = 0; i < RATES.length; i++) {
                    loop.execute(meetings::reset);
                    double cpu = server.cpuSeconds();
                    run(RATES[i], seconds, order, agents);
                    cpu = server.cpuSeconds() - cpu;
                    rows.add(row(RATES[i], meetings, signals[i], gets[i], cpu * 1e6 / ((double) RATES[i] * seconds)));
                }
            }
        } finally {
            Fixture.delete(folder);
        }
        return rows;
    }

    /** So many orders, until all of them are applied. */
    private static void run(int rate, int seconds, Event order, Agents agents) {
        long applied = agents.applied.get() + (long) rate * seconds;
        pace(rate, seconds, order);
        while (agents.applied.get() < applied) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static Row row(int rate, Meetings meetings, double signal, double get, double cpuMicros) {
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("p99_ms", meetings.millis(99));
        more.put("max_ms", meetings.millis(100));
        more.put("applied_before_the_answer", meetings.early.sum() / (double) meetings.latency.getTotalCount());
        more.put("order_sent_to_applied_p50_ms", meetings.whole.getValueAtPercentile(50) / 1e6);
        more.put("floor_signal_ms", signal);
        more.put("floor_get_ms", get);
        more.put("cpu_us_per_event", cpuMicros);
        return Row.of(
                "commit to applied p50, " + rate + " events/s", meetings.millis(50), "ms", signal + get, "<= 2", more);
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

    /** Orders that were answered and not applied yet, or the other way round. Used on the loop's thread, but for reading. */
    private static final class Meetings {
        final Histogram latency = new ConcurrentHistogram(60_000_000_000L, 3);
        /** From the sending of the order on, which is before it is committed. */
        final Histogram whole = new ConcurrentHistogram(60_000_000_000L, 3);
        /** Devices that were faster than the answer. */
        final LongAdder early = new LongAdder();

        private final Map<String, Answered> answered = new HashMap<>();
        private final Map<String, Long> applied = new HashMap<>();

        private record Answered(long sentNanos, long answeredNanos) {}

        void answered(String order, long sentNanos) {
            Long appliedNanos = applied.remove(order);
            if (appliedNanos == null) {
                answered.put(order, new Answered(sentNanos, System.nanoTime()));
            } else {
                early.increment();
                latency.recordValue(0);
                whole.recordValue(appliedNanos - sentNanos);
            }
        }

        void applied(String order) {
            long now = System.nanoTime();
            Answered since = answered.remove(order);
            if (since == null) {
                applied.put(order, now);
            } else {
                latency.recordValue(now - since.answeredNanos());
                whole.recordValue(now - since.sentNanos());
            }
        }

        void reset() {
            latency.reset();
            whole.reset();
            early.reset();
        }

        double millis(double percentile) {
            return latency.getValueAtPercentile(percentile) / 1e6;
        }
    }
}

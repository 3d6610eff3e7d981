package io.bellwire.bench;

import io.bellwire.broker.BrokerOptions;
import io.bellwire.broker.DeviceSessions;
import io.bellwire.broker.DeviceTopics;
import io.bellwire.broker.EmbeddedBroker;
import io.bellwire.broker.SignalBroker;
import io.bellwire.device.DeviceId;
import io.bellwire.device.Signal;
import io.bellwire.device.Step;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.net.HiveMqSignals;
import io.bellwire.net.Identity;
import io.bellwire.net.SignalSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** From the acknowledgement of an order to its being applied by its device, with all devices connected. */
final class LatencyBench {
    private static final int DEVICES = 1_000;
    private static final int WARM_UP_SECONDS = 5;
    private static final int FLOOR_RATE = 500;
    private static final int[] RATES = {500, 2_000};

    private LatencyBench() {}

    static List<Row> run(int seconds) throws Exception {
        double floor = signalMillis(seconds) + getMillis();
        List<Row> rows = new ArrayList<>();
        for (int rate : RATES) {
            rows.add(measure(rate, seconds, floor));
        }
        return rows;
    }

    private static Row measure(int rate, int seconds, double floor) throws Exception {
        Path folder = Fixture.folder();
        ConcurrentMap<String, Long> first = new ConcurrentHashMap<>();
        Histogram latency = new ConcurrentHistogram(60_000_000_000L, 3);
        AtomicInteger measured = new AtomicInteger();
        try (Child server = Child.bellwire(folder, List.of())) {
            List<String> secrets = Fixture.devices(server, DEVICES);
            Agents.Ear ear = step -> {
                if (step instanceof Step.Applied applied) {
                    meet(first, applied.change().orderId(), measured.get() > 0 ? latency : null);
                }
            };
            try (Agents agents = new Agents(server, secrets, ear)) {
                agents.start();
                while (agents.listening.get() < DEVICES) {
                    LockSupport.parkNanos(10_000_000);
                }
                HttpClient client = HttpClient.newHttpClient();
                AtomicLong answered = new AtomicLong();
                int total = rate * (WARM_UP_SECONDS + seconds);
                long started = System.nanoTime();
                for (int i = 0; i < total; i++) {
                    waitUntil(started + i * 1_000_000_000L / rate);
                    measured.set(i >= rate * WARM_UP_SECONDS ? 1 : 0);
                    HttpRequest request = HttpRequest.newBuilder(server.http.resolve("/v1/orders"))
                            .header("Authorization", "Bearer " + server.token)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"device_id\":\"d-" + i * 7919L % DEVICES + "\",\"volume\":\"110ml\"}"))
                            .build();
                    CompletableFuture<Void> unused = client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                            .thenAccept(answer -> {
                                String location =
                                        answer.headers().firstValue("Location").orElseThrow();
                                meet(
                                        first,
                                        location.substring(location.lastIndexOf('/') + 1),
                                        measured.get() > 0 ? latency : null);
                                answered.incrementAndGet();
                            });
                }
                while (agents.applied.get() < total || answered.get() < total) {
                    LockSupport.parkNanos(10_000_000);
                }
            }
        } finally {
            Fixture.delete(folder);
        }
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("p99_ms", latency.getValueAtPercentile(99) / 1e6);
        more.put("max_ms", latency.getMaxValue() / 1e6);
        return Row.of(
                "commit to applied p50, " + rate + " events/s",
                latency.getValueAtPercentile(50) / 1e6,
                "ms",
                floor,
                "<= 2",
                more);
    }

    /** The answer and the device's work may be seen in either order; whichever is second knows how long it took. */
    private static void meet(ConcurrentMap<String, Long> first, String order, Histogram latency) {
        long now = System.nanoTime();
        Long other = first.putIfAbsent(order, now);
        if (other != null) {
            first.remove(order);
            if (latency != null) {
                latency.recordValue(Math.max(0, now - other));
            }
        }
    }

    /** One signal through the same broker, bare: median milliseconds from handing it over to hearing it. */
    private static double signalMillis(int seconds) throws Exception {
        Histogram latency = new ConcurrentHistogram(60_000_000_000L, 3);
        AtomicInteger subscribed = new AtomicInteger();
        AtomicLongArray sent = new AtomicLongArray(DEVICES);
        DeviceSessions sessions = new DeviceSessions() {
            @Override
            public void connected(io.bellwire.registry.DeviceId device, DoorbellKind kind) {
                // before it subscribes
            }

            @Override
            public void subscribed(io.bellwire.registry.DeviceId device, String topic, DoorbellKind kind) {
                subscribed.incrementAndGet();
            }

            @Override
            public void disconnected(io.bellwire.registry.DeviceId device) {
                // at the end
            }
        };
        try (SignalBroker broker = EmbeddedBroker.start(
                        BrokerOptions.defaults(),
                        (device, secret) -> CompletableFuture.completedFuture(true),
                        DeviceTopics.SIGNALS_ALONE,
                        sessions,
                        new SimpleMeterRegistry(),
                        Clock.systemUTC(),
                        new SecureRandom());
                HiveMqSignals signals = new HiveMqSignals(broker.address(), 2)) {
            for (int i = 0; i < DEVICES; i++) {
                int number = i;
                signals.dial(new Identity(new DeviceId("d-" + i), "secret"), null, new SignalSource.Ear() {
                    @Override
                    public void listening() {
                        // the broker tells
                    }

                    @Override
                    public void heard(Signal signal) {
                        latency.recordValue(System.nanoTime() - sent.get(number));
                    }

                    @Override
                    public void cut(String why) {
                        // at the end
                    }
                });
            }
            while (subscribed.get() < DEVICES) {
                LockSupport.parkNanos(10_000_000);
            }
            byte[] payload =
                    "{\"epoch\":\"aaaaaaaaaa\",\"revision\":1,\"pending\":0}".getBytes(StandardCharsets.US_ASCII);
            long started = System.nanoTime();
            for (int i = 0; i < FLOOR_RATE * (WARM_UP_SECONDS + seconds); i++) {
                waitUntil(started + i * 1_000_000_000L / FLOOR_RATE);
                if (i == FLOOR_RATE * WARM_UP_SECONDS) {
                    latency.reset();
                }
                int number = i % DEVICES;
                sent.set(number, System.nanoTime());
                CompletableFuture<SignalBroker.Handover> unused = broker.ring(
                                new io.bellwire.registry.DeviceId("d-" + number), payload)
                        .toCompletableFuture();
            }
        }
        return latency.getValueAtPercentile(50) / 1e6;
    }

    /** One HTTP GET of 1 KB, one after the other: median milliseconds. */
    private static double getMillis() throws Exception {
        Path folder = Fixture.folder();
        try (Child floor = Child.floor(folder)) {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request =
                    HttpRequest.newBuilder(floor.http.resolve("/constant/1024")).build();
            Histogram latency = new Histogram(60_000_000_000L, 3);
            for (int i = 0; i < 4_000; i++) {
                long started = System.nanoTime();
                client.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (i >= 2_000) {
                    latency.recordValue(System.nanoTime() - started);
                }
            }
            return latency.getValueAtPercentile(50) / 1e6;
        } finally {
            Fixture.delete(folder);
        }
    }

    private static void waitUntil(long nanos) {
        while (System.nanoTime() - nanos < 0) {
            LockSupport.parkNanos(Math.max(50_000, nanos - System.nanoTime()));
        }
    }
}

package io.bellwire.bench;

import io.bellwire.broker.BrokerOptions;
import io.bellwire.broker.DeviceSessions;
import io.bellwire.broker.DeviceTopics;
import io.bellwire.broker.EmbeddedBroker;
import io.bellwire.broker.SignalBroker;
import io.bellwire.device.DeviceId;
import io.bellwire.device.Signal;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.net.Identity;
import io.bellwire.net.SignalSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What {@link LatencyBench} cannot do without: one signal, and one GET, each bare, by the same clients at the same pace. */
final class LatencyFloor {
    private static final int DEVICES = LatencyBench.DEVICES;
    private static final int WARM_UP_SECONDS = 5;
    private static final int GETS_AT_ONCE = 64;
    private static final int GET_BYTES = 1_024;

    private LatencyFloor() {}

    /**
     * One signal through the same broker, bare: median milliseconds from handing it over to hearing it, for each of the
     * rates.
     */
    static double[] signalMillis(int seconds) throws Exception {
        Histogram latency = new ConcurrentHistogram(60_000_000_000L, 3);
        AtomicInteger subscribed = new AtomicInteger();
        AtomicLongArray sent = new AtomicLongArray(DEVICES);
        byte[] payload = "{\"epoch\":\"aaaaaaaaaa\",\"revision\":1,\"pending\":0}".getBytes(StandardCharsets.US_ASCII);
        try (SignalBroker broker = EmbeddedBroker.start(
                        BrokerOptions.defaults(),
                        (device, secret) -> CompletableFuture.completedFuture(true),
                        DeviceTopics.SIGNALS_ALONE,
                        counting(subscribed),
                        new SimpleMeterRegistry(),
                        Clock.systemUTC(),
                        new SecureRandom());
                Loop loop = new Loop()) {
            SignalSource signals = new LightSignals(loop, broker.address());
            for (int i = 0; i < DEVICES; i++) {
                int number = i;
                signals.dial(new Identity(new DeviceId("d-" + i), "secret"), null, (Hearing)
                        () -> latency.recordValue(System.nanoTime() - sent.get(number)));
            }
            while (subscribed.get() < DEVICES) {
                LockSupport.parkNanos(10_000_000);
            }
            return medians(seconds, latency, i -> {
                int number = i % DEVICES;
                sent.set(number, System.nanoTime());
                CompletableFuture<SignalBroker.Handover> unused = broker.ring(
                                new io.bellwire.registry.DeviceId("d-" + number), payload)
                        .toCompletableFuture();
            });
        }
    }

    /** One HTTP GET of 1 KB from a server that does nothing else: median milliseconds, for each of the rates. */
    static double[] getMillis(Path folder, int seconds) throws Exception {
        Histogram latency = new ConcurrentHistogram(60_000_000_000L, 3);
        byte[] request = HttpLoad.request("GET", "/constant/" + GET_BYTES, "", "", new byte[0]);
        try (Child floor = Child.floor(folder);
                Loop loop = new Loop()) {
            HttpPool pool = new HttpPool(loop, floor.http, GETS_AT_ONCE);
            return medians(
                    seconds,
                    latency,
                    i -> loop.execute(() -> {
                        long started = System.nanoTime();
                        pool.send(request, answer -> latency.recordValue(System.nanoTime() - started));
                    }));
        }
    }

    private static double[] medians(int seconds, Histogram latency, LatencyBench.Event event) {
        int[] rates = LatencyBench.RATES;
        LatencyBench.pace(rates[rates.length - 1], WARM_UP_SECONDS, event);
        double[] medians = new double[rates.length];
        for (int i = 0; i < rates.length; i++) {
            latency.reset();
            LatencyBench.pace(rates[i], seconds, event);
            medians[i] = latency.getValueAtPercentile(50) / 1e6;
        }
        return medians;
    }

    private static DeviceSessions counting(AtomicInteger subscribed) {
        return new DeviceSessions() {
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
    }

    /** Hears signals, and nothing else. */
    @FunctionalInterface
    private interface Hearing extends SignalSource.Ear {
        void heard();

        @Override
        default void listening() {
            // the broker tells
        }

        @Override
        default void heard(Signal signal) {
            heard();
        }

        @Override
        default void cut(String why) {
            // at the end
        }
    }
}

package io.bellwire.broker;

import io.bellwire.admission.FailedLoginLimits;
import io.bellwire.admission.FailedLogins;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the CPU time of a signal, published through Moquette's post office and, for comparison, written directly
 * to the connection. 1,000 MQTT 5 devices connect over loopback from a thread of this process that is not measured;
 * the broker's event loops, its session loops and the thread that sends signals are. Rounds of both paths alternate.
 *
 * <p>{@code java -cp target/test-classes:target/classes:... io.bellwire.broker.SignalBench [seconds a round]
 * [rounds]}
 */
final class SignalBench {
    private static final int DEVICES = 1_000;
    private static final int IN_FLIGHT_MAX = 1_000;
    private static final byte[] PAYLOAD =
            "{\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":3,\"oldest_at\":\"2026-11-21T21:00:00Z\"}"
                    .getBytes(StandardCharsets.UTF_8);
    private static final String HAND_OVER = "hand-over";
    private static final List<String> COUNTED = List.of("mqtt-", "Session Executor", HAND_OVER);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private SignalBench() {}

    /** The rate and the batch size of signals; a rate of 0 is as fast as possible. */
    private enum Load {
        ONE_BY_ONE(2_000, 1),
        IN_BATCHES(2_000, 20),
        FLAT_OUT(0, 100);

        private final int perSecond;
        private final int batch;

        Load(int perSecond, int batch) {
            this.perSecond = perSecond;
            this.batch = batch;
        }
    }

    /** One path of signals to the devices. */
    interface SignalPath {
        void handOver(List<String> devices, byte[] payload, List<CompletableFuture<Handover>> handovers);
    }

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 4;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        BrokerRun run = start();
        List<String> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add("device-" + (1_000 + i));
        }
        try (SignalReaders readers = new SignalReaders(run.address(), devices)) {
            Map<String, SignalPath> paths =
                    Map.of("past", new DirectSignalWriter(run, devices), "through", through(run));
            for (SignalPath path : paths.values()) {
                round(Load.FLAT_OUT, path, devices, 2 * seconds);
            }
            for (Load load : Load.values()) {
                measure(load, paths, devices, readers, seconds, rounds);
            }
        } finally {
            run.close();
        }
    }

    private static BrokerRun start() throws Exception {
        SessionListener nobody = new SessionListener() {
            @Override
            public void connected(DeviceId device, DoorbellKind kind) {}

            @Override
            public void subscribed(DeviceId device, String topic, DoorbellKind kind) {}

            @Override
            public void disconnected(DeviceId device) {}
        };
        return new BrokerRun(
                TestBroker.options()
                        .wsPort(BrokerOptions.NO_PORT)
                        .keepAliveMaxSeconds(3_600)
                        .build(),
                new DeviceServices(
                        (device, secret) -> CompletableFuture.completedFuture(true),
                        new FailedLogins(
                                FailedLoginLimits.DEFAULT, new Stopwatch(System::nanoTime), new SimpleMeterRegistry()),
                        DeviceTopics.SIGNALS_ONLY,
                        nobody,
                        null),
                new CanaryPorts(),
                new BrokerMeters(new SimpleMeterRegistry()),
                Clock.systemUTC(),
                System::nanoTime,
                new SecureRandom());
    }

    private static SignalPath through(BrokerRun run) {
        return (devices, payload, handovers) -> {
            List<OutgoingSignal> signals = new ArrayList<>(devices.size());
            for (int i = 0; i < devices.size(); i++) {
                String device = devices.get(i);
                signals.add(run.signal(device, SignalTopic.ofClient(device), payload, 0, handovers.get(i)));
            }
            run.publish(signals);
        };
    }

    private static void measure(
            Load load,
            Map<String, SignalPath> paths,
            List<String> devices,
            SignalReaders readers,
            int seconds,
            int rounds)
            throws Exception {
        Map<String, List<Double>> micros = new TreeMap<>();
        for (int i = 0; i < rounds; i++) {
            for (Map.Entry<String, SignalPath> path : paths.entrySet()) {
                long receivedBefore = readers.received();
                Round round = round(load, path.getValue(), devices, seconds);
                readers.awaitReceived(receivedBefore + round.written);
                micros.computeIfAbsent(path.getKey(), same -> new ArrayList<>()).add(round.microsPerSignal());
                System.out.printf("%-11s %-8s %s%n", load, path.getKey(), round);
            }
        }
        double past = median(micros.get("past"));
        double through = median(micros.get("through"));
        System.out.printf(
                "%-11s CPU us a signal, median of %d: past %.1f, through %.1f, more %.1f%n",
                load, rounds, past, through, through - past);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** The result of a round. */
    private record Round(long written, Map<Handover, Long> outcomes, double seconds, Map<String, Double> micros) {
        double microsPerSignal() {
            return micros.values().stream().mapToDouble(Double::doubleValue).sum();
        }

        @Override
        public String toString() {
            return "%6.0f/s %5.1f us %s %s".formatted(written / seconds, microsPerSignal(), micros, outcomes);
        }
    }

    private static Round round(Load load, SignalPath path, List<String> devices, int seconds) throws Exception {
        Map<Handover, Long> outcomes = new EnumMap<>(Handover.class);
        Map<String, Double> before = cpuMicros();
        long start = System.nanoTime();
        CompletableFuture<Map<String, Double>> after = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    handOver(load, path, devices, seconds, outcomes);
                    after.complete(cpuMicros()); // while this thread is alive, so that its time is included
                },
                HAND_OVER);
        thread.start();
        thread.join();
        double took = (System.nanoTime() - start) / 1e9;
        long written = outcomes.getOrDefault(Handover.WRITTEN, 0L);
        if (outcomes.size() != 1 || written == 0) {
            throw new IllegalStateException("not all signals were written: " + outcomes);
        }
        Map<String, Double> micros = new TreeMap<>();
        after.join()
                .forEach((name, sum) ->
                        micros.put(name, Math.round((sum - before.getOrDefault(name, 0.0)) / written * 10) / 10.0));
        return new Round(written, outcomes, took, micros);
    }

    private static void handOver(
            Load load, SignalPath path, List<String> devices, int seconds, Map<Handover, Long> outcomes) {
        Semaphore room = new Semaphore(IN_FLIGHT_MAX);
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        int next = 0;
        for (long sent = 0; System.nanoTime() < end; sent += load.batch) {
            if (load.perSecond > 0) {
                long due = start + sent * 1_000_000_000L / load.perSecond;
                while (due > System.nanoTime()) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            room.acquireUninterruptibly(load.batch);
            List<String> batch = devices.subList(next, next + load.batch);
            next = (next + load.batch) % devices.size();
            List<CompletableFuture<Handover>> handovers = new ArrayList<>();
            for (int i = 0; i < load.batch; i++) {
                CompletableFuture<Handover> handover = new CompletableFuture<>();
                var unused = handover.thenAccept(outcome -> {
                    synchronized (outcomes) {
                        outcomes.merge(outcome, 1L, Long::sum);
                    }
                    room.release();
                });
                handovers.add(handover);
            }
            path.handOver(batch, PAYLOAD, handovers);
        }
        room.acquireUninterruptibly(IN_FLIGHT_MAX);
    }

    /** CPU time by kind of thread. */
    private static Map<String, Double> cpuMicros() {
        Map<String, Double> sums = new TreeMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread == null) {
                continue;
            }
            for (String name : COUNTED) {
                if (thread.getThreadName().startsWith(name)) {
                    sums.merge(name, THREADS.getThreadCpuTime(thread.getThreadId()) / 1e3, Double::sum);
                }
            }
        }
        return sums;
    }
}

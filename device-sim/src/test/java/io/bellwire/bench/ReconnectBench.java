package io.bellwire.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Many devices come back at once, each with a backlog. They have come before, with backlogs as long, and went away again:
 * server and clients are warm, and have seen as much, when the last coming is measured. Floor and coming both begin with a
 * heap that was just collected.
 */
final class ReconnectBench {
    private static final long LOOK_NANOS = 20_000_000;
    /** After one the server's compiler still took as much of the processors as the devices did. */
    private static final int COMINGS_BEFORE = 3;

    private ReconnectBench() {}

    static List<Row> run(int devices) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int missed : new int[] {20, 100}) {
            rows.add(run(devices, missed));
        }
        return rows;
    }

    private static Row run(int devices, int missed) throws Exception {
        Path folder = Fixture.folder();
        long backlog = (long) devices * missed;
        try (Child server = Child.bellwire(folder, List.of());
                ServerHeap heap = new ServerHeap(server);
                Loop loop = new Loop()) {
            List<String> secrets = Fixture.devices(server, devices);
            try (Agents agents = new Agents(loop, server, secrets, step -> {})) {
                Fixture.fill(server, devices, backlog);
                for (int coming = 1; coming <= COMINGS_BEFORE; coming++) {
                    comeBack(agents, coming * backlog, heap);
                    agents.stop();
                    while (server.metric("bellwire_broker_connections") > 0) {
                        LockSupport.parkNanos(LOOK_NANOS);
                    }
                    Fixture.fill(server, devices, backlog);
                }
                heap.liveBytes();
                double floor = pagesSeconds(server, devices, COMINGS_BEFORE * missed);
                double heapBefore = heap.liveBytes();
                agents.inVain.set(0);
                double cpu = server.cpuSeconds();
                Coming coming = comeBack(agents, (COMINGS_BEFORE + 1) * backlog, heap);
                cpu = server.cpuSeconds() - cpu;
                Map<String, Object> more = new LinkedHashMap<>();
                more.put("connected_s", coming.listeningSeconds());
                more.put("cpu_us_per_device", cpu * 1e6 / devices);
                more.put("in_vain", agents.inVain.get());
                more.put("heap_before_mb", heapBefore / 1e6);
                more.put("heap_peak_mb", coming.heapPeakBytes() / 1e6);
                more.put("heap_after_mb", heap.liveBytes() / 1e6);
                return Row.of(
                        devices + " devices reconnect, " + missed + " missed changes each",
                        coming.seconds(),
                        "s",
                        floor,
                        "<= 2, heap does not grow with the backlog",
                        more);
            }
        } finally {
            Fixture.delete(folder);
        }
    }

    /** Pages times page time: the last backlog, a page for each device, asked for as fast as this machine can. */
    private static double pagesSeconds(Child server, int devices, int before) throws Exception {
        List<String> pages = new ArrayList<>();
        for (int device = 0; device < devices; device++) {
            String feed = "/v1/devices/d-" + device + "/feed?limit=";
            String cursor = Fixture.get(server.http.resolve(feed + before), server.token)
                    .headers()
                    .firstValue("Bellwire-Cursor")
                    .orElseThrow();
            pages.add(feed + "100&cursor=" + cursor);
        }
        AtomicLong n = new AtomicLong();
        HttpLoad.Result got = HttpLoad.run(
                server.http,
                64,
                1_000,
                20_000,
                devices,
                () -> HttpLoad.request(
                        "GET", pages.get((int) (n.incrementAndGet() % devices)), server.token, "", new byte[0]));
        return devices / got.perSecond();
    }

    private record Coming(double listeningSeconds, double seconds, long heapPeakBytes) {}

    /** Starts the fleet and waits until it has applied so many changes, all told. */
    private static Coming comeBack(Agents agents, long applied, ServerHeap heap) {
        long heapPeak = 0;
        double listening = 0;
        long started = System.nanoTime();
        agents.start();
        while (agents.applied.get() < applied) {
            heapPeak = Math.max(heapPeak, heap.usedBytes());
            if (listening == 0 && agents.listening.get() == agents.size()) {
                listening = (System.nanoTime() - started) / 1e9;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return new Coming(listening, (System.nanoTime() - started) / 1e9, heapPeak);
    }
}

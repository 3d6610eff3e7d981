package io.bellwire.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The resources that the servers, this process and the whole machine have used so far. Immutable. */
final class ResourceUsage {
    private final long nanos;
    private final double machineSeconds;
    private final double loadSeconds;
    private final double serverSeconds;
    private final long writtenBytes;
    private final List<Map<String, LinuxProcess.ThreadTime>> threads;

    private ResourceUsage(List<LinuxProcess> servers) throws IOException {
        List<Map<String, LinuxProcess.ThreadTime>> found = new ArrayList<>();
        double seconds = 0;
        long bytes = 0;
        for (LinuxProcess server : servers) {
            found.add(server.threads());
            seconds += server.cpuSeconds();
            bytes += server.writtenBytes();
        }
        threads = found;
        serverSeconds = seconds;
        writtenBytes = bytes;
        loadSeconds = new LinuxProcess(ProcessHandle.current().pid()).cpuSeconds();
        machineSeconds = LinuxProcess.machineSeconds();
        nanos = System.nanoTime();
    }

    static ResourceUsage of(LoadTarget target) throws IOException {
        return new ResourceUsage(target.processes());
    }

    /**
     * The resources used between two measurements.
     *
     * @param loadCores how many processors this process kept busy
     * @param otherCores how many processors all other processes kept busy
     */
    record Spent(
            double serverSeconds,
            Map<ThreadRole, Double> byRole,
            double serverCores,
            double loadCores,
            double otherCores,
            long writtenBytes) {}

    Spent since(ResourceUsage before) {
        Map<ThreadRole, Double> byRole = new EnumMap<>(ThreadRole.class);
        double known = 0;
        for (int server = 0; server < threads.size(); server++) {
            Map<String, LinuxProcess.ThreadTime> earlier = before.threads.get(server);
            for (Map.Entry<String, LinuxProcess.ThreadTime> thread :
                    threads.get(server).entrySet()) {
                LinuxProcess.ThreadTime then = earlier.get(thread.getKey());
                LinuxProcess.ThreadTime now = thread.getValue();
                double seconds = now.cpuSeconds() - (then == null ? 0 : then.cpuSeconds());
                known += seconds;
                byRole.merge(now.role(), seconds, Double::sum);
            }
        }
        double server = serverSeconds - before.serverSeconds;
        byRole.merge(ThreadRole.OTHER, Math.max(0, server - known), Double::sum); // the time of threads that have ended
        double load = loadSeconds - before.loadSeconds;
        double machine = machineSeconds - before.machineSeconds;
        double elapsed = (nanos - before.nanos) / 1e9;
        return new Spent(
                server,
                byRole,
                server / elapsed,
                load / elapsed,
                Math.max(0, machine - server - load) / elapsed,
                writtenBytes - before.writtenBytes);
    }
}

package io.bellwire.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** The reference: {@link ReferenceServer} and {@link ReferenceBroker}, each in a process of its own. */
final class ReferenceTarget implements LoadTarget {
    private final BenchServers servers;
    private final Path folder = BenchData.folder();
    private BenchProcess server;
    private BenchProcess broker;

    ReferenceTarget(BenchServers servers) throws IOException {
        this.servers = servers;
        start(BenchServers.FREE, BenchServers.FREE);
    }

    private void start(int httpPort, int mqttPort) throws IOException {
        List<BenchProcess> comparison = BenchProcess.startTogether(List.of(
                servers.main(ReferenceServer.class, folder.toString(), Integer.toString(httpPort)),
                servers.main(ReferenceBroker.class, Integer.toString(mqttPort))));
        server = comparison.get(0);
        broker = comparison.get(1);
        server.writeLine(Integer.toString(broker.mqtt.getPort()));
    }

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public URI http() {
        return server.http;
    }

    @Override
    public URI mqtt() {
        return broker.mqtt;
    }

    @Override
    public String token() {
        return "none";
    }

    /** The reference has no accounts and accepts any secret. */
    @Override
    public List<String> register(int count) {
        return Collections.nCopies(count, "none");
    }

    @Override
    public List<LinuxProcess> processes() {
        return List.of(new LinuxProcess(server.process.pid()), new LinuxProcess(broker.process.pid()));
    }

    @Override
    public long startNanos() {
        return server.startNanos;
    }

    @Override
    public double startSeconds() {
        return Math.max(server.startSeconds, broker.startSeconds);
    }

    /** False, as the reference never reads its file. */
    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public void kill() {
        server.kill();
        broker.kill();
    }

    @Override
    public void stop() {
        kill();
    }

    @Override
    public void start() throws IOException {
        start(server.http.getPort(), broker.mqtt.getPort());
    }

    @Override
    public void close() throws IOException {
        kill();
        BenchData.delete(folder);
    }
}

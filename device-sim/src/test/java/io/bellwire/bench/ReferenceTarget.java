package io.bellwire.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** The reference: {@link ReferenceServer} beside {@link ReferenceBroker}, a process each. */
final class ReferenceTarget implements LoadTarget {
    private final Servers servers;
    private final Path folder = Fixture.folder();
    private Child server;
    private Child broker;

    ReferenceTarget(Servers servers) throws IOException {
        this.servers = servers;
        start(Servers.FREE, Servers.FREE);
    }

    private void start(int httpPort, int mqttPort) throws IOException {
        List<Child> both = Child.startTogether(List.of(
                servers.main(ReferenceServer.class, folder.toString(), Integer.toString(httpPort)),
                servers.main(ReferenceBroker.class, Integer.toString(mqttPort))));
        server = both.get(0);
        broker = both.get(1);
        server.tell(Integer.toString(broker.mqtt.getPort()));
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

    /** It knows no accounts: any secret is good. */
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

    /** It writes its file and never reads it. */
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
        Fixture.delete(folder);
    }
}

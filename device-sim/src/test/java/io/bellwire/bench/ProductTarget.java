package io.bellwire.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The product's server, started as users start it, with its defaults, in a new data folder. */
final class ProductTarget implements LoadTarget {
    private final BenchServers servers;
    private final String[] options;
    private final Path folder = BenchData.folder();
    private BenchProcess server;

    ProductTarget(BenchServers servers, String... options) throws IOException {
        this.servers = servers;
        this.options = options;
        this.server = servers.bellwire(folder.resolve("data"), options);
    }

    @Override
    public String name() {
        return "bellwire";
    }

    @Override
    public URI http() {
        return server.http;
    }

    @Override
    public URI mqtt() {
        return server.mqtt;
    }

    @Override
    public String token() {
        return server.token;
    }

    @Override
    public List<String> register(int count) throws IOException, InterruptedException {
        return BenchData.devices(server, count);
    }

    @Override
    public List<LinuxProcess> processes() {
        return List.of(new LinuxProcess(server.process.pid()));
    }

    @Override
    public long startNanos() {
        return server.startNanos;
    }

    @Override
    public double startSeconds() {
        return server.startSeconds;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void stop() {
        server.close();
    }

    @Override
    public void start() throws IOException {
        server = servers.bellwire(folder.resolve("data"), server.http.getPort(), server.mqtt.getPort(), options);
    }

    /** Bytes of the objects that are in use. */
    long liveHeapBytes() throws IOException {
        return new LinuxProcess(server.process.pid()).liveHeapBytes();
    }

    @Override
    public void close() throws IOException {
        server.close();
        BenchData.delete(folder);
    }
}

package io.bellwire.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server program in a process of its own. Not thread-safe. */
final class ChildServer implements AutoCloseable {
    private static final long EXIT_SECONDS_MAX = 60;

    final Process process;
    final BufferedReader out;
    final URI http;
    final URI mqtt;
    final String token;

    private ChildServer(Process process, BufferedReader out, JsonNode ready) throws IOException {
        this.process = process;
        this.out = out;
        this.http = URI.create(ready.get("http").textValue());
        this.mqtt = URI.create(ready.get("mqtt").textValue());
        this.token = Files.readString(Path.of(ready.get("operator_token_file").textValue()))
                .strip();
    }

    /** Runs the program with these arguments. */
    static Process run(String... args) throws IOException {
        return run(List.of(), List.of(args));
    }

    private static Process run(List<String> jvmFlags, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Serve.class.getName()));
        command.addAll(args);
        return new ProcessBuilder(command).start();
    }

    /** Runs it on free ports, and waits until it is ready. */
    static ChildServer ready(Path dataFolder, String... args) throws IOException {
        return ready(List.of(), dataFolder, args);
    }

    /** The same, in a JVM with these flags. */
    static ChildServer ready(List<String> jvmFlags, Path dataFolder, String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("--http-port=0", "--mqtt-port=0", "--data-dir=" + dataFolder));
        all.addAll(List.of(args));
        return readyIn(run(jvmFlags, all));
    }

    /** Waits until the server in this process is ready. */
    static ChildServer readyIn(Process process) throws IOException {
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        if (line == null) {
            throw new AssertionError(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        JsonNode ready = new ObjectMapper().readTree(line);
        if (!ready.path("ready").asBoolean()) {
            throw new AssertionError(line);
        }
        return new ChildServer(process, out, ready);
    }

    TestOperator operator() {
        return new TestOperator(http, token);
    }

    /** Sends SIGTERM and waits for the exit; the streams can still be read. */
    int terminate() throws InterruptedException {
        process.toHandle().destroy(); // the handle's method leaves the streams open
        return exitCode(process);
    }

    /** Kills it like kill -9, and waits for the exit. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        int unused = exitCode(process);
    }

    static int exitCode(Process process) throws InterruptedException {
        if (!process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not exit");
        }
        return process.exitValue();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}

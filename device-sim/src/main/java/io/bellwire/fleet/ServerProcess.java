package io.bellwire.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.net.ClientTls;
import io.bellwire.device.net.Endpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server as a child process that can be killed with -9 and started again on the same ports. A shell runs between this
 * process and the server and waits on a pipe from this process: when this process ends in any way, even by kill -9, the
 * pipe closes and the shell kills the server. The line {@code stop} on the pipe makes the shell stop the server
 * gracefully. Thread-safe.
 */
public final class ServerProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int READY_SECONDS = 90;
    private static final int STARTS_MAX = 5;
    private static final int STOP_SECONDS = 60;
    private static final int END_SECONDS = 10;
    private static final int LOG_TAIL_LINES = 20;
    /** A receiver that is away for some seconds is not given up, and is called again soon. */
    private static final String WEBHOOK_RETRIES = "200ms,500ms" + ",1s".repeat(28);
    /**
     * The command replaces {@code %s}. The server gets an empty stdin; the shell closes its own stdout, so that only
     * the server writes to ours.
     */
    private static final String GUARD = "%s \"$@\" </dev/null & server=$!; exec >&-; read -r over;"
            + " if [ \"$over\" = stop ]; then kill $server; else kill -9 $server; fi 2>/dev/null;"
            + " wait $server 2>/dev/null; exit 0";

    private final String command;
    private final Path log;
    private final Extras extras;
    private final Thread hook = new Thread(this::killNow, "server-guard");
    private volatile @Nullable Process process;
    private @Nullable ServerAddress address;
    private volatile @Nullable String diedOfItself;

    /**
     * Options of the server besides its ports. Immutable.
     *
     * @param webSocket whether the server also opens a port for WebSocket
     * @param routes the routes file; null for none
     * @param devTls whether the server makes certificates of its own and uses TLS
     * @param localWebhooks whether the server may call endpoints on this machine, and repeats failed calls within
     *     seconds
     */
    public record Extras(boolean webSocket, @Nullable Path routes, boolean devTls, boolean localWebhooks) {
        public static final Extras NONE = new Extras(false, null, false, false);
    }

    /**
     * Describes the server; {@link #start} starts it.
     *
     * @param command a shell command that takes {@code --http-port} and {@code --mqtt-port} after its other arguments,
     *     and the options that {@code extras} need: {@code --ws-port}, {@code --routes}, {@code --dev-tls} and {@code --webhook-...}
     * @param log the server's stderr is appended to this file
     */
    public ServerProcess(String command, Path log, Extras extras) {
        this.command = command;
        this.log = log;
        this.extras = extras;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts the server, the first time on free ports and later on the same ones; returns once it is ready. While the
     * server is away, a client's connection can draw one of its ports as its own and hold it for a moment: therefore
     * each start after the first is tried up to {@value #STARTS_MAX} times.
     */
    public synchronized ServerAddress start() throws FleetException {
        int tries = address == null ? 1 : STARTS_MAX;
        while (true) {
            tries--;
            try {
                return startOnce();
            } catch (FleetException failed) {
                if (tries == 0 || Thread.currentThread().isInterrupted()) {
                    throw failed;
                }
            }
        }
    }

    private ServerAddress startOnce() throws FleetException {
        try {
            List<String> words = new ArrayList<>(List.of("sh", "-c", GUARD.formatted(command), "sh"));
            words.addAll(arguments(address == null ? null : address.endpoints()));
            Process started = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process = started;
            CompletableFuture<ServerAddress> ready = new CompletableFuture<>();
            Thread reader = new Thread(() -> read(started, ready), "server-stdout");
            reader.setDaemon(true);
            reader.start();
            ServerAddress now = ready.get(READY_SECONDS, TimeUnit.SECONDS);
            address = now;
            return now;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            killNow();
            throw new FleetException("interrupted while the server started", interrupted);
        } catch (IOException | ExecutionException | TimeoutException failed) {
            killNow();
            throw new FleetException("the server did not become ready: " + failed.getMessage() + logTail(), failed);
        }
    }

    private List<String> arguments(@Nullable Endpoints before) {
        List<String> arguments = new ArrayList<>(List.of(
                "--http-port", port(before == null ? null : before.http()),
                "--mqtt-port", port(before == null ? null : before.mqtt())));
        if (extras.webSocket()) {
            arguments.addAll(List.of("--ws-port", port(before == null ? null : before.ws())));
        }
        if (extras.routes() != null) {
            arguments.addAll(List.of("--routes", extras.routes().toString()));
        }
        if (extras.devTls()) {
            arguments.add("--dev-tls");
        }
        if (extras.localWebhooks()) {
            arguments.addAll(List.of("--webhook-http", "--webhook-allow-network", "127.0.0.0/8"));
            arguments.addAll(List.of("--webhook-retries", WEBHOOK_RETRIES));
        }
        return arguments;
    }

    private static String port(@Nullable URI before) {
        return before == null ? "0" : Integer.toString(before.getPort());
    }

    /** Kills the server with kill -9. Returns once the process is gone. */
    public synchronized void kill() {
        killNow();
        process = null;
    }

    /**
     * Stops the server with SIGTERM. Returns once the process is gone; throws if it is still there after
     * {@value #STOP_SECONDS} s.
     */
    public synchronized void stop() throws FleetException {
        Process running = process;
        if (running == null) {
            return;
        }
        process = null;
        boolean gone = false;
        try (OutputStream guard = running.getOutputStream()) {
            guard.write("stop\n".getBytes(StandardCharsets.US_ASCII));
            guard.flush();
            gone = awaitEnd(running.onExit(), STOP_SECONDS);
        } catch (IOException guardGone) {
            // the shell ends with the server
            gone = awaitEnd(running.onExit());
        }
        end(running);
        if (!gone) {
            throw new FleetException("the server did not stop within " + STOP_SECONDS + " s" + logTail());
        }
    }

    /** The server's own process, not the shell's; empty while there is none. */
    public synchronized Optional<ProcessHandle> handle() {
        Process running = process;
        // of one moment: a process that is forked just now must not make its parent the wrong one
        List<ProcessHandle> members =
                running == null ? List.of() : running.descendants().toList();
        Set<ProcessHandle> parents =
                members.stream().flatMap(member -> member.parent().stream()).collect(Collectors.toSet());
        return members.stream().filter(member -> !parents.contains(member)).findFirst();
    }

    /** Why the server has ended although nobody killed it; null if it has not. */
    public @Nullable String diedOfItself() {
        return diedOfItself;
    }

    @Override
    public void close() {
        killNow();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook is running already
            return;
        }
    }

    private void killNow() {
        Process running = process;
        if (running != null) {
            process = null;
            end(running);
        }
    }

    private static void end(Process running) {
        List<ProcessHandle> family = running.descendants().toList();
        family.forEach(ProcessHandle::destroyForcibly);
        try {
            running.getOutputStream().close();
        } catch (IOException alreadyGone) {
            running.destroyForcibly();
        }
        for (ProcessHandle member : family) {
            awaitEnd(member.onExit());
        }
        if (!awaitEnd(running.onExit())) {
            running.destroyForcibly();
        }
    }

    private static boolean awaitEnd(CompletableFuture<?> exit) {
        return awaitEnd(exit, END_SECONDS);
    }

    private static boolean awaitEnd(CompletableFuture<?> exit, int seconds) {
        try {
            exit.get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException stays) {
            return false;
        }
    }

    private void read(Process started, CompletableFuture<ServerAddress> ready) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                ServerAddress found = parse(line);
                if (found != null) {
                    ready.complete(found);
                }
                line = lines.readLine();
            }
        } catch (IOException closed) {
            ready.completeExceptionally(closed);
        }
        boolean early = ready.completeExceptionally(new IOException("it ended before it was ready"));
        if (!early && process == started) {
            diedOfItself = "the server ended by itself" + logTail();
        }
    }

    private static @Nullable ServerAddress parse(String line) {
        try {
            JsonNode root = JSON.readTree(line);
            if (root == null || !root.path("ready").asBoolean()) {
                return null;
            }
            return new ServerAddress(
                    new Endpoints(
                            URI.create(root.path("http").asText()),
                            URI.create(root.path("mqtt").asText()),
                            root.has("ws") ? URI.create(root.path("ws").asText()) : null),
                    Path.of(root.path("operator_token_file").asText()),
                    root.has("tls_ca_file")
                            ? ClientTls.of(Path.of(root.path("tls_ca_file").asText()), null, null)
                            : ClientTls.SYSTEM);
        } catch (JsonProcessingException | IllegalArgumentException notTheLine) {
            return null;
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
            return tail.isEmpty() ? "" : "\nthe end of its log:\n  " + String.join("\n  ", tail);
        } catch (IOException none) {
            return "";
        }
    }
}

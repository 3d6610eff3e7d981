package io.bellwire.sim;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code sim partner} as a process, one after the other, with its output and its state in a folder. */
final class PartnerProcesses {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final List<Process> started = new ArrayList<>();

    PartnerProcesses(Path folder) {
        this.folder = folder;
    }

    /** The file in which the receiver keeps what it has applied. */
    Path state() {
        return folder.resolve("acme.jsonl");
    }

    /** What all of them have written to standard error. */
    String errors() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    /** Starts a receiver, whose output takes the place of the one before. */
    Process start(String... options) throws IOException {
        Files.deleteIfExists(folder.resolve("out"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Sim.class.getName(),
                "partner",
                "--state-file",
                state().toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("err").toFile()))
                .start();
        started.add(process);
        return process;
    }

    /** What the latest one has printed. */
    List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("out"))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** Waits until the latest one is ready, and returns its URL. */
    URI url() {
        return await().until(
                        () -> lines().isEmpty()
                                ? null
                                : URI.create(lines().get(0).path("url").asText()),
                        url -> url != null);
    }

    /** Kills those that still run. */
    void endAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }
}

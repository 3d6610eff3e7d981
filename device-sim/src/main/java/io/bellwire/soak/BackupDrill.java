package io.bellwire.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.device.DeviceId;
import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FleetDevices;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.OperatorClient;
import io.bellwire.fleet.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Backs up the data folder of a running server, checks the copy, restores it to another folder, starts a server there,
 * and compares: the copy must have each order that had been acknowledged before, in that version or a later one, and no
 * order that nobody placed. Blocks; one drill at a time.
 */
final class BackupDrill {
    private static final int COMMAND_SECONDS = 180;
    private static final int ANSWER_SECONDS = 60;
    private static final int OUTPUT_LINES = 5;

    private final SoakOptions options;
    private final FleetDevices devices;
    private final AcknowledgedOrders acknowledged;
    private final Path scratch;
    /** Orders of a backup that were not acknowledged yet: their answer may have been under way. */
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

    private int drillCount;

    /** @param scratch a folder for the drills' files, on the same disk; emptied after each drill */
    BackupDrill(SoakOptions options, FleetDevices devices, AcknowledgedOrders acknowledged, Path scratch) {
        this.options = options;
        this.devices = devices;
        this.acknowledged = acknowledged;
        this.scratch = scratch;
    }

    /** Runs one drill. Returns what is wrong; empty if nothing is. */
    String run() {
        drillCount++;
        Path backup = scratch.resolve("backup-" + drillCount);
        Path restored = scratch.resolve("restored-" + drillCount);
        try {
            Map<String, Long> versions = acknowledged.versions();
            runServeCommand("backup", backup, options.dataFolder());
            runCommand("check --data-dir " + SoakOptions.quoted(backup));
            runServeCommand("restore", backup, restored);
            return compare(restored, versions);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (IOException | FleetException failed) {
            return String.valueOf(failed.getMessage());
        } finally {
            delete(backup);
            delete(restored);
        }
    }

    /** Call at the end, once all placed orders are acknowledged. Returns what is wrong; empty if nothing is. */
    String findOrderThatNobodyPlaced() {
        return unknown.stream()
                .filter(order -> acknowledged.find(order) == null)
                .findFirst()
                .map(order -> "order " + order + " was in a backup, and nobody placed it")
                .orElse("");
    }

    private void runServeCommand(String command, Path backup, Path data)
            throws IOException, FleetException, InterruptedException {
        runCommand(command + " " + SoakOptions.quoted(backup) + " --data-dir " + SoakOptions.quoted(data));
    }

    private void runCommand(String command) throws IOException, FleetException, InterruptedException {
        Path output = scratch.resolve("command.log");
        Process process = new ProcessBuilder("sh", "-c", options.serve() + " " + command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                throw new FleetException(command + " is not done after " + COMMAND_SECONDS + " s");
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            List<String> lines = Files.readAllLines(output);
            throw new FleetException(command + " ended with " + process.exitValue() + ": "
                    + String.join(" ", lines.subList(Math.max(0, lines.size() - OUTPUT_LINES), lines.size())));
        }
    }

    private String compare(Path restored, Map<String, Long> versions)
            throws IOException, FleetException, InterruptedException {
        Path log = scratch.resolve("restored.log");
        // it may call nothing on this machine: the partners' endpoints are those of the server that was copied
        try (ServerProcess server =
                new ServerProcess(options.serverCommand(restored), log, ServerProcess.Extras.NONE)) {
            OperatorClient operator = devices.operatorOf(server.start());
            try {
                return compare(operator, versions);
            } finally {
                operator.close();
            }
        }
    }

    private String compare(OperatorClient operator, Map<String, Long> versions)
            throws FleetException, InterruptedException {
        Map<String, Long> missing = new HashMap<>(versions);
        for (DeviceId device : devices.ids()) {
            String next = "/v1/devices/" + device + "/orders";
            while (next != null) {
                JsonNode page = answer(operator, next);
                for (JsonNode order : page.path("orders")) {
                    String id = order.path("id").asText();
                    Long version = missing.remove(id);
                    if (version != null && order.path("version").asLong() < version) {
                        return "order " + id + " is restored in version "
                                + order.path("version").asLong() + ", and version " + version
                                + " had been acknowledged before the backup";
                    }
                    if (version == null) {
                        unknown.add(id);
                    }
                }
                next = page.path("next").textValue();
            }
        }
        return missing.isEmpty()
                ? ""
                : missing.size() + " orders are not restored that had been acknowledged before the backup, such as "
                        + missing.keySet().iterator().next();
    }

    private static JsonNode answer(OperatorClient operator, String path) throws FleetException, InterruptedException {
        try {
            return operator.read(path).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new FleetException("the restored server does not answer " + path + ": " + failed, failed);
        }
    }

    private static void delete(Path folder) {
        try {
            DataFolderFiles.delete(folder);
        } catch (IOException stays) {
            // the owner of the folder above deletes it
            return;
        }
    }
}

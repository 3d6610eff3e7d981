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
 * Backs up the data folder of a server that works, checks the copy, restores it to another folder, starts a server there, and
 * compares: each order that had been acknowledged before must be there, in the version that was acknowledged or a later one,
 * and no order that nobody ever placed. Blocks; one at a time.
 */
final class BackupDrill {
    private static final int COMMAND_SECONDS = 180;
    private static final int ANSWER_SECONDS = 60;
    private static final int OUTPUT_LINES = 5;

    private final SoakOptions options;
    private final FleetDevices devices;
    private final AcknowledgedOrders truth;
    private final Path scratch;
    /** Orders that were in a backup and that nobody is known to have placed: their answer may have been on its way. */
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

    private int drills;

    /** @param scratch a folder of our own on the same disk; emptied after each drill */
    BackupDrill(SoakOptions options, FleetDevices devices, AcknowledgedOrders truth, Path scratch) {
        this.options = options;
        this.devices = devices;
        this.truth = truth;
        this.scratch = scratch;
    }

    /** What is wrong; empty if nothing is. */
    String run() {
        drills++;
        Path backup = scratch.resolve("backup-" + drills);
        Path restored = scratch.resolve("restored-" + drills);
        try {
            Map<String, Long> acknowledged = truth.versions();
            serve("backup", backup, options.dataFolder());
            run("check --data-dir " + SoakOptions.quoted(backup));
            serve("restore", backup, restored);
            return compare(restored, acknowledged);
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

    /** What is wrong in the end, once all that was placed is acknowledged; empty if nothing is. */
    String neverPlaced() {
        return unknown.stream()
                .filter(order -> truth.find(order) == null)
                .findFirst()
                .map(order -> "order " + order + " was in a backup, and nobody placed it")
                .orElse("");
    }

    private void serve(String command, Path backup, Path data)
            throws IOException, FleetException, InterruptedException {
        run(command + " " + SoakOptions.quoted(backup) + " --data-dir " + SoakOptions.quoted(data));
    }

    private void run(String command) throws IOException, FleetException, InterruptedException {
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

    private String compare(Path restored, Map<String, Long> acknowledged)
            throws IOException, FleetException, InterruptedException {
        Path log = scratch.resolve("restored.log");
        try (ServerProcess server =
                new ServerProcess(options.serverCommand(restored), log, ServerProcess.Extras.NONE)) {
            OperatorClient operator = devices.operatorOf(server.start());
            try {
                return compare(operator, acknowledged);
            } finally {
                operator.close();
            }
        }
    }

    private String compare(OperatorClient operator, Map<String, Long> acknowledged)
            throws FleetException, InterruptedException {
        Map<String, Long> missing = new HashMap<>(acknowledged);
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
            // whoever made the folder above deletes it
            return;
        }
    }
}

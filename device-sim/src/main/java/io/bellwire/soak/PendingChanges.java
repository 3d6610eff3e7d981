package io.bellwire.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.device.DeviceId;
import io.bellwire.fleet.FleetDevices;
import io.bellwire.fleet.FleetException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Counts the changes that running devices have not acknowledged yet, as the server sees it. */
final class PendingChanges {
    private static final int TIMEOUT_SECONDS = 240;

    private final FleetDevices devices;

    PendingChanges(FleetDevices devices) {
        this.devices = devices;
    }

    /** Blocks. */
    long count() throws FleetException, InterruptedException {
        Set<DeviceId> running = devices.running();
        long pending = 0;
        String next = "";
        while (next != null) {
            JsonNode page = await(devices.operator().read("/v1/devices?limit=1000&cursor=" + next));
            for (JsonNode device : page.path("devices")) {
                boolean counts = running.contains(new DeviceId(device.path("id").asText()));
                pending += counts ? device.path("pending").asLong() : 0;
            }
            next = page.path("next").textValue();
        }
        return pending;
    }

    /** Waits for an answer of the server's, for {@value #TIMEOUT_SECONDS} s at most. */
    static <T> T await(CompletableFuture<T> answer) throws FleetException, InterruptedException {
        try {
            return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new FleetException("no answer: " + failed, failed);
        }
    }
}

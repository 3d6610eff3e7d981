package io.bellwire.route;

import io.bellwire.feedapi.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A routes file of any content is read, or refused with a message. Also what {@code scripts/fuzz} gives to Jazzer. */
public final class RoutesFuzzTarget {
    static final String VALID = """
            routes:
              - name: urgent
                match:
                  type: io.bellwire.order.*
                  source: /v1/*
                  attributes: {priority: high, device_id: "lab-*", data.size: 3}
                feeds: ["stores/{storeid}", boards/main]
                ring:
                  topic: kitchen/{device_id}/urgent
                  tier: event
                  window: 50ms
            """;

    private RoutesFuzzTarget() {}

    /** Jazzer's hook: called with each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        check(new String(input, StandardCharsets.UTF_8));
    }

    static void check(String text) {
        try {
            Routes unused = new RoutesFile(SignalRule.plain(Duration.ofMillis(100), 4_000)).parse("routes.yaml", text);
        } catch (ConfigurationException refused) {
            if (String.valueOf(refused.getMessage()).isBlank()) {
                throw new AssertionError("refused without a message", refused);
            }
        }
    }

    /** Puts a valid file into the folder {@code routes} of the folder {@code args[0]}. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0], "routes");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("valid"), VALID);
    }
}

package io.bellwire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A class name stands for one thing in the whole repository, so that a search for it finds one file. */
class ClassNamesTest {
    private static final List<String> MODULES = List.of("feed-api", "broker-bridge", "device-sim");

    /** Names that two classes share, each with the reason. */
    private static final Map<String, String> SHARED = Map.of(
            "DeviceId",
                    "a device has an id on both sides of the wire, and a device does not depend on the server's modules",
            "WrittenNumber", "server and device keep JSON numbers as written, and share no code",
            "WrittenNumbers", "the same",
            "package-info", "each package has one");

    @Test
    void noClassNameOccursTwice() throws IOException {
        Map<String, Integer> files = new TreeMap<>();
        for (String module : MODULES) {
            try (Stream<Path> sources = Files.walk(Path.of("..", module, "src"))) {
                sources.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> files.merge(name.replace(".java", ""), 1, Integer::sum));
            }
        }
        files.values().removeIf(count -> count == 1);
        assertEquals(new TreeMap<>(SHARED).keySet(), files.keySet());
    }
}

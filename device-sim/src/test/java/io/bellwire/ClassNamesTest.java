package io.bellwire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A class name stands for one thing in the whole repository, so that a search for it finds one file. */
class ClassNamesTest {
    private static final List<String> MODULES = List.of("feed-api", "broker-bridge", "device-sim");

    /** Names that two classes share, each with the reason. */
    private static final Map<String, String> SHARED = Map.of(
            "DeviceId",
                    "a device has an id on both sides of the wire, and a device does not depend on the server's modules",
            "package-info", "each package has one");

    @Test
    void noClassNameOccursTwice() throws IOException {
        Map<String, Integer> files = namesOfClasses();
        files.values().removeIf(count -> count == 1);

        assertEquals(new TreeMap<>(SHARED).keySet(), files.keySet());
    }

    /** Each row of the README's glossary ends with the classes that its word lives in. */
    @Test
    void classesOfTheGlossaryExist() throws IOException {
        List<String> named = Files.readAllLines(Path.of("..", "README.md")).stream()
                .dropWhile(line -> !line.equals("| word | meaning | class |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .flatMap(line -> Pattern.compile("`(\\w+)`")
                        .matcher(line.substring(line.lastIndexOf('|', line.length() - 2)))
                        .results()
                        .map(found -> found.group(1)))
                .toList();

        assertTrue(named.size() >= 20, named::toString);
        Set<String> missing = new TreeSet<>(named);
        missing.removeAll(namesOfClasses().keySet());
        assertEquals(Set.of(), missing);
    }

    private static Map<String, Integer> namesOfClasses() throws IOException {
        Map<String, Integer> files = new TreeMap<>();
        for (String module : MODULES) {
            try (Stream<Path> sources = Files.walk(Path.of("..", module, "src"))) {
                sources.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> files.merge(name.replace(".java", ""), 1, Integer::sum));
            }
        }
        return files;
    }
}

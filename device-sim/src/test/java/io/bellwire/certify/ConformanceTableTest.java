package io.bellwire.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Shows that the protocol's last section lists the same cases with the same numbers. */
class ConformanceTableTest {
    private static final Path PROTOCOL = Path.of("..", "feed-api", "PROTOCOL.md");
    private static final String SECTION = "\n## 16. Conformance\n";

    @Test
    void numbersAndIdsAreUnique() {
        List<ConformanceCase> cases = ConformanceCases.ALL;

        assertEquals(
                IntStream.rangeClosed(1, cases.size()).boxed().toList(),
                cases.stream().map(ConformanceCase::number).toList());
        assertEquals(
                cases.size(), cases.stream().map(ConformanceCase::id).distinct().count());
    }

    @Test
    void tableOfTheProtocolIsTheListOfCases() throws IOException {
        String text = Files.readString(PROTOCOL);
        assertTrue(text.contains(SECTION), "PROTOCOL.md has no section Conformance");
        String rest = text.substring(text.indexOf(SECTION) + SECTION.length());
        String section = rest.contains("\n## ") ? rest.substring(0, rest.indexOf("\n## ")) : rest;

        String rows = section.lines().filter(line -> line.matches("\\| \\d.*")).collect(Collectors.joining("\n"));

        String expected = ConformanceCases.ALL.stream()
                .map(one -> "| " + one.number() + " | `" + one.id() + "` | " + one.rule() + " |")
                .collect(Collectors.joining("\n"));
        assertEquals(expected, rows);
    }
}

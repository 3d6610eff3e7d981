package io.bellwire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the table of faults in OPERATING.md names a test for each fault, and that each of these tests exists. */
class FaultsTest {
    private static final Path ROOT = Path.of("..");
    private static final int COLUMNS = 4;
    private static final Pattern TEST = Pattern.compile("`(?:[a-z]+/)?([A-Z][A-Za-z]+)`");

    private static List<String[]> rows() throws IOException {
        String text = Files.readString(Path.of("OPERATING.md"));
        int start = text.indexOf("\n## Faults\n");
        assertTrue(start > 0, "there is a section on faults");
        int end = text.indexOf("\n## ", start + 1);
        List<String[]> rows = new ArrayList<>();
        for (String line : text.substring(start, end < 0 ? text.length() : end).split("\n", -1)) {
            if (line.startsWith("| ") && !line.startsWith("| fault |")) {
                rows.add(line.substring(1, line.length() - 1).split("\\|", -1));
            }
        }
        return rows;
    }

    private static Set<String> namedIn(String[] row) {
        return TEST.matcher(row[COLUMNS - 1])
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachFaultHasATestThatExists() throws IOException {
        Set<String> tests = new TreeSet<>();
        for (String module : List.of("feed-api", "broker-bridge", "device-sim")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test"))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> tests.add(name.replace(".java", "")));
            }
        }
        List<String[]> rows = rows();
        assertTrue(rows.size() > 10, "rows: " + rows.size());
        for (String[] row : rows) {
            assertEquals(COLUMNS, row.length, row[0]);
            Set<String> missing = namedIn(row);
            assertTrue(!missing.isEmpty(), "no test holds: " + row[0]);
            missing.removeAll(tests);
            assertEquals(Set.of(), missing, row[0]);
        }
    }
}

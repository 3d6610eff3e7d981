package io.bellwire.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Measures the worlds: plants one bug at a time in the product, and asks that some seed finds it. Here every fifth bug
 * is looked for, to save time; {@code scripts/worlds --planted} looks for all.
 */
class PlantedBugsTest {
    private static final int PART = 5;

    @BeforeAll
    static void logNothingOfAWrongProduct() {
        WorldLogging.setOff();
    }

    @AfterAll
    static void logAgain() {
        WorldLogging.setOn();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void someSeedFindsThePlantedBug(PlantedBug bug) {
        assertTrue(
                Worlds.seedsUntilFound(bug, 1, Worlds.PLANTED_SEEDS_MAX) > 0,
                () -> "not found by " + Worlds.PLANTED_SEEDS_MAX + " worlds: " + bug);
    }

    static List<PlantedBug> bugs() {
        List<PlantedBug> all = PlantedBugs.all();
        return IntStream.range(0, all.size())
                .filter(i -> i % PART == 0)
                .mapToObj(all::get)
                .toList();
    }

    @Test
    void eachBugFitsTheProduct() {
        for (PlantedBug bug : PlantedBugs.all()) {
            assertTrue(bug.plantedSource().contains(bug.wrong()), bug.name());
        }
    }

    @Test
    void productThatIsCompiledAnewWithoutABugPasses() {
        String line = "heads.put(feed.feedNumber(), next);";
        PlantedBug none = new PlantedBug("none", "feed-api", "log.WriteBatch", line, line);

        assertEquals(0, Worlds.seedsUntilFound(none, 1, 3));
    }

    @Test
    void bugThatDoesNotFitAnyMoreIsRefused() {
        PlantedBug gone = new PlantedBug("gone", "feed-api", "log.WriteBatch", "heads.forget();", "");

        assertThrows(IllegalStateException.class, gone::plantedSource);
    }
}

package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many seeded worlds of one endpoint whose partner has it replayed again and again while changes are committed, calls
 * and writes fail, and the server is killed. A replay brings all of its range in order, and nothing that live delivery
 * has not brought before; live delivery brings each change, none before the one that has to come first.
 */
@ExtendWith(PlantedFaultsUnlogged.class)
class ReplayWorldTest {
    private static final int SEEDS = 100;

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void replaysBringEverythingAgainAndDisturbNothing(int hundred) {
        int done = 0;
        for (int seed = hundred * SEEDS; seed < (hundred + 1) * SEEDS; seed++) {
            done += new ReplayWorld(seed).run();
        }
        assertTrue(done > SEEDS, "replays " + done);
    }
}

package io.bellwire.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.fleet.FaultRates;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Seeded worlds: faults, heal, converge. Holds guarantees 3 and 4: each change once and in order, whatever is lost. */
class WorldTest {
    private static final int SEEDS = 200;
    private static final Ringer.Maker RINGER =
            (log, wires, scheduler, random) -> new FakeRinger(log, wires, scheduler, random, true);

    @Test
    void everyWorldConvergesOnceItsFaultsAreOver() {
        Long replay = Long.getLong("bellwire.seed");
        LongStream seeds = replay == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(replay);

        seeds.forEach(seed -> assertNull(world(seed, RINGER).run()));
    }

    @Test
    void worldIsTheSameForTheSameSeed() {
        World first = world(7, RINGER);
        World second = world(7, RINGER);

        assertNull(first.run());
        assertNull(second.run());
        assertEquals(first.orders(), second.orders());
        assertEquals(first.steps(), second.steps());
    }

    @Test
    void withoutRingingAgainALostSignalWouldLeaveADeviceBehind() {
        long stuck = LongStream.rangeClosed(1, 5)
                .filter(seed -> world(
                                        seed,
                                        (log, wires, scheduler, random) ->
                                                new FakeRinger(log, wires, scheduler, random, false))
                                .run()
                        != null)
                .count();

        assertTrue(stuck > 0, "the world does not lose enough to prove anything");
    }

    @Test
    void failureNamesItsReplayCommand() {
        String complaint = world(
                        3,
                        (log, wires, scheduler, random) ->
                                new FakeRinger(log, (id, signal) -> false, scheduler, random, true))
                .run();

        assertNotNull(complaint);
        assertTrue(complaint.contains("-Dbellwire.seed=3"), complaint);
    }

    /** Each seed draws its own weather: from mild to worse than any network. */
    private static World world(long seed, Ringer.Maker maker) {
        SplittableRandom random = new SplittableRandom(seed);
        FaultRates faults = new FaultRates(
                random.nextDouble() * 0.5,
                random.nextDouble() * 0.1,
                random.nextDouble() * 0.2,
                random.nextDouble() * 0.5,
                random.nextDouble() * 0.3);
        int restores = random.nextInt(4) == 0 ? 1 : 0;
        return new World(seed, faults, 100 + random.nextInt(200), restores, maker);
    }
}

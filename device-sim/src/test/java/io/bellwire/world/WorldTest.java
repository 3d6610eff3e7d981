package io.bellwire.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.ReminderBackoff;
import io.bellwire.device.SignalTier;
import io.bellwire.fleet.FaultRates;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Runs seeded worlds: faults, heal, converge. Shows guarantees 3 and 4: each change is applied once and in order,
 * whatever is lost.
 */
class WorldTest {
    private static final int SEEDS = 200;

    @Test
    void guarantees3And4EveryWorldConvergesOnceItsFaultsAreOver() {
        Long replay = Long.getLong("bellwire.seed");
        LongStream seeds = replay == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(replay);

        seeds.forEach(seed -> assertNull(run(seed, BridgeOptions.DEFAULT)));
    }

    @Test
    void worldIsTheSameForTheSameSeed() {
        try (World first = world(7, BridgeOptions.DEFAULT);
                World second = world(7, BridgeOptions.DEFAULT)) {
            assertNull(first.run());
            assertNull(second.run());
            assertEquals(first.orders(), second.orders());
            assertEquals(first.steps(), second.steps());
        }
    }

    @Test
    void worldsHaveSignalsOfAllTiersAndDevicesThatTakeChangesFromThem() {
        long appliedFromSignals = 0;
        long reduced = 0;
        long spread = 0;
        for (long seed = 1; seed <= 3; seed++) {
            try (World world = world(seed, BridgeOptions.DEFAULT)) {
                assertNull(world.run());
                for (SignalTier tier : SignalTier.values()) {
                    long messages = world.observer().messages(tier);
                    assertTrue(messages > 50, () -> "only " + messages + " of tier " + tier);
                }
                appliedFromSignals += world.appliedFromSignals();
                reduced += world.observer().reduced();
                spread += world.observer().spread();
            }
        }
        assertTrue(
                appliedFromSignals > 100 && reduced > 10 && spread > 100,
                appliedFromSignals + ", " + reduced + ", " + spread);
    }

    @Test
    void logThatLostItsEndRefusesItsCursorsOnTheFirstReadAndAllDevicesConverge() {
        long ahead = 0;
        long grown = 0;
        long restored = 0;
        for (long seed = 1; seed <= 4; seed++) {
            try (World byHand = world(seed, BridgeOptions.DEFAULT, World.CursorLoss.LOST_END);
                    World restore = world(seed, BridgeOptions.DEFAULT, World.CursorLoss.RESTORE)) {
                assertNull(byHand.run());
                assertNull(restore.run());
                ahead += byHand.observer().resets("ahead-of-log");
                grown += byHand.observer().resets("cursor-not-in-log");
                restored += restore.observer().resets("epoch-changed");
            }
        }
        assertTrue(ahead > 10 && grown > 10 && restored > 10, ahead + ", " + grown + ", " + restored);
    }

    @Test
    void bridgeWithoutRemindersIsFoundOutAndTheSeedIsShown() {
        Duration tooLate = Duration.ofDays(1);
        BridgeOptions withoutReminders = new BridgeOptions(
                BridgeOptions.DEFAULT.window(),
                new ReminderBackoff(tooLate, tooLate),
                BridgeOptions.DEFAULT.answerTimeout(),
                BridgeOptions.DEFAULT.lookUpFeedsMax());

        String failureMessage = Stream.iterate(1L, seed -> seed + 1)
                .limit(5)
                .map(seed -> run(seed, withoutReminders))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);

        assertNotNull(failureMessage, "the world does not lose enough to prove anything");
        assertTrue(failureMessage.matches("(?s)seed (\\d+) did not converge.* -Dbellwire\\.seed=\\1"), failureMessage);
    }

    private static @Nullable String run(long seed, BridgeOptions options) {
        try (World world = world(seed, options)) {
            return world.run();
        }
    }

    /** Each seed draws its own fault rates, from mild to worse than any real network. */
    private static World world(long seed, BridgeOptions options) {
        return world(seed, options, null);
    }

    private static World world(long seed, BridgeOptions options, World.@Nullable CursorLoss wanted) {
        SplittableRandom random = new SplittableRandom(seed);
        FaultRates faults = new FaultRates(
                random.nextDouble() * 0.5,
                random.nextDouble() * 0.1,
                random.nextDouble() * 0.2,
                random.nextDouble() * 0.5,
                random.nextDouble() * 0.3);
        World.CursorLoss drawn =
                switch (random.nextInt(6)) {
                    case 0 -> World.CursorLoss.RESTORE;
                    case 1 -> World.CursorLoss.RETENTION;
                    case 2 -> World.CursorLoss.LOST_END;
                    default -> World.CursorLoss.NONE;
                };
        World.CursorLoss cursorLoss = wanted == null ? drawn : wanted;
        return new World(seed, faults, 100 + random.nextInt(200), cursorLoss, options);
    }
}

package io.bellwire.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.ReminderBackoff;
import io.bellwire.device.SignalTier;
import io.bellwire.world.WorldPlan.CursorLoss;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Runs seeded worlds: faults, heal, converge. Shows guarantees 1 to 4: what was acknowledged survives kills and power
 * cuts at any step, and each device applies each change once and in order, whatever is lost. {@link PlantedBugsTest}
 * shows what the worlds would find.
 */
class WorldTest {
    private static final int SEEDS = 400;

    private static final WorldLogging LOGGING = WorldLogging.withoutKilledProcesses();

    @AfterAll
    static void logAgain() {
        LOGGING.close();
    }

    @Test
    void guarantees1To4EveryWorldConvergesOnceItsFaultsAreOver() {
        WorldRun world = new WorldRun();

        List<String> failures = LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(world)
                .filter(Objects::nonNull)
                .toList();

        assertTrue(failures.isEmpty(), () -> failures.size() + " worlds fail:\n" + String.join("\n", failures));
    }

    @Test
    void worldIsTheSameForTheSameSeed() {
        try (World first = world(7, null);
                World second = world(7, null)) {
            assertNull(first.run());
            assertNull(second.run());
            assertEquals(first.workload().sent(), second.workload().sent());
            assertEquals(first.steps(), second.steps());
        }
    }

    @Test
    void worldsHaveSignalsOfAllTiersRepeatedRequestsAndDevicesThatTakeChangesFromSignals() {
        long appliedFromSignals = 0;
        long reduced = 0;
        long spread = 0;
        long repeated = 0;
        for (long seed = 1; seed <= 10; seed++) {
            try (World world = world(seed, null)) {
                assertNull(world.run());
                for (SignalTier tier : SignalTier.values()) {
                    long messages = world.observer().messages(tier);
                    assertTrue(messages > 10, () -> "only " + messages + " of tier " + tier);
                }
                appliedFromSignals += world.appliedFromSignals();
                reduced += world.observer().reduced();
                spread += world.observer().spread();
                repeated += world.workload().repeated();
            }
        }
        assertTrue(
                appliedFromSignals > 30 && reduced > 10 && spread > 100 && repeated > 100,
                appliedFromSignals + ", " + reduced + ", " + spread + ", " + repeated);
    }

    @Test
    void worldsHaveLeasesThatHoldOverRestartsAndRunOutAndSignalsOnTwoTopics() {
        long refused = 0;
        long heldOverRestart = 0;
        long runOut = 0;
        long alarms = 0;
        for (long seed = 1; seed <= 10; seed++) {
            try (World world = world(seed, null)) {
                assertNull(world.run());
                refused += world.leases().refused();
                heldOverRestart += world.leases().heldOverRestart();
                runOut += world.leases().runOut();
                alarms += world.observer().alarms();
            }
        }
        assertTrue(
                refused > 100 && heldOverRestart > 10 && runOut > 10 && alarms > 100,
                refused + ", " + heldOverRestart + ", " + runOut + ", " + alarms);
    }

    @Test
    void logThatLostItsEndRefusesItsCursorsOnTheFirstReadAndAllDevicesConverge() {
        long ahead = 0;
        long grown = 0;
        long restored = 0;
        for (long seed = 1; seed <= 12; seed++) {
            try (World byHand = world(seed, CursorLoss.LOST_END);
                    World restore = world(seed, CursorLoss.RESTORE)) {
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
                .limit(20)
                .map(seed -> run(seed, withoutReminders))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);

        assertNotNull(failureMessage, "the world does not lose enough to prove anything");
        assertTrue(failureMessage.matches("(?s)seed (\\d+)\\b.* scripts/worlds --seeds 1 --from \\1"), failureMessage);
    }

    private static @Nullable String run(long seed, BridgeOptions options) {
        try (World world = new World(WorldPlan.of(seed), options)) {
            return world.run();
        }
    }

    private static World world(long seed, @Nullable CursorLoss wanted) {
        return new World(WorldPlan.of(seed, wanted), BridgeOptions.DEFAULT);
    }
}

package io.bellwire.world;

import io.bellwire.fleet.FaultRates;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a world. Immutable.
 *
 * @param faults of the network and of devices
 * @param cursorLoss what makes cursors of devices invalid
 * @param saveFailures probability for each save of a device that it fails, before or after it takes effect
 * @param killsPerSecond kills of the server's process at one of its next operations on the disk
 * @param hasPowerCuts whether such a kill may be a power cut, which loses what was not synced
 * @param accountsChange whether devices get new secrets, and are disabled for a while
 * @param groups how many groups of devices there are; a restored backup or a changed account would change them
 * @param broadcasts whether there are events for all devices
 * @param leases whether orders are locked
 * @param clockJumps whether the server's wall clock is set forwards and back
 */
record WorldPlan(
        long seed,
        int devices,
        FaultRates faults,
        CursorLoss cursorLoss,
        double saveFailures,
        double killsPerSecond,
        boolean hasPowerCuts,
        boolean accountsChange,
        boolean clockJumps,
        int groups,
        boolean broadcasts,
        boolean leases) {
    /** What makes cursors of devices invalid, once or repeatedly. */
    enum CursorLoss {
        NONE,
        /** Once, the log is restored from an older backup, with a new epoch. */
        RESTORE,
        /** The same without a new epoch, as when files are copied back by hand. */
        LOST_END,
        /** Changes are kept only for a few seconds. */
        RETENTION;

        /** Whether the log goes back to an earlier state. */
        boolean losesEnd() {
            return this == RESTORE || this == LOST_END;
        }
    }

    /** Each seed draws its own plan, from mild to worse than any real network. */
    static WorldPlan of(long seed) {
        return of(seed, null);
    }

    /** @param wanted instead of the loss that the seed draws; null for that */
    static WorldPlan of(long seed, @Nullable CursorLoss wanted) {
        SplittableRandom random = new SplittableRandom(seed);
        FaultRates faults = new FaultRates(
                random.nextDouble() * 0.5,
                random.nextDouble() * 0.1,
                random.nextDouble() * 0.2,
                random.nextDouble() * 0.5,
                random.nextDouble() * 0.3);
        CursorLoss drawn =
                switch (random.nextInt(6)) {
                    case 0 -> CursorLoss.RESTORE;
                    case 1 -> CursorLoss.RETENTION;
                    case 2 -> CursorLoss.LOST_END;
                    default -> CursorLoss.NONE;
                };
        CursorLoss cursorLoss = wanted == null ? drawn : wanted;
        boolean accountsChange = random.nextBoolean() && !cursorLoss.losesEnd();
        return new WorldPlan(
                seed,
                8 + random.nextInt(25),
                faults,
                cursorLoss,
                random.nextInt(2) * random.nextDouble() * 0.2,
                random.nextDouble() * 0.2,
                random.nextBoolean(),
                accountsChange,
                random.nextBoolean(),
                accountsChange || cursorLoss.losesEnd() ? 0 : random.nextInt(3),
                !cursorLoss.losesEnd() && random.nextBoolean(),
                !cursorLoss.losesEnd());
    }
}

package io.bellwire.soak;

import io.bellwire.fleet.VerificationResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run besides its samples. Immutable.
 *
 * @param brokenOff when and why the run ended before its plan; null if it completed the plan
 * @param verification null while the run goes on
 * @param partners null if there are none, or the run goes on
 * @param converged whether all devices and partners were up to date before the time was up
 * @param failedWrites writes that failed without a kill or restart as excuse, each with its reason
 * @param excusedWrites how many failed writes a kill or restart excuses
 * @param backups what was wrong with each backup; empty text if nothing was
 * @param snapshots how often a device had to read a snapshot, as its changes had been dropped or the log had been
 *     replaced
 * @param shortestResetNanos the shortest time after which the cursor of a device that was up to date was refused with a
 *     reset; {@link Long#MAX_VALUE} if none did
 * @param segmentsDropped how many segments of the log retention has dropped
 * @param errorsLogged the lines that the server has logged as errors
 */
record SoakOutcome(
        @Nullable String brokenOff,
        @Nullable VerificationResult verification,
        @Nullable PartnersOutcome partners,
        boolean converged,
        List<String> failedWrites,
        long excusedWrites,
        List<String> backups,
        long snapshots,
        long shortestResetNanos,
        long segmentsDropped,
        List<String> errorsLogged) {
    SoakOutcome {
        failedWrites = List.copyOf(failedWrites);
        backups = List.copyOf(backups);
        errorsLogged = List.copyOf(errorsLogged);
    }
}

package io.bellwire.soak;

import io.bellwire.fleet.VerificationResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to, besides its samples. Immutable.
 *
 * @param brokenOff why and when the run ended before its plan did; null if it did not
 * @param verdict null while the run goes on
 * @param converged whether all devices were up to date before the time was up
 * @param failedWrites those that no kill or restart explains, each with its reason
 * @param excusedWrites how many one does explain
 * @param backups what was wrong with each backup that was made, empty if nothing was
 * @param snapshots how often a device had to take one, as its changes were kept no more or the log was another
 * @param shortestResetNanos the shortest time after which a device that was up to date lost its place in the feed;
 *     {@link Long#MAX_VALUE} if none did
 * @param segmentsDropped how many segments of the log retention has taken
 * @param errorsLogged what the server has logged as an error
 */
record SoakOutcome(
        @Nullable String brokenOff,
        @Nullable VerificationResult verdict,
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

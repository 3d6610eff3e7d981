package io.bellwire.soak;

import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FleetDevices;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.VerificationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a run's report and writes it: at the end, and of what there is until then. Not thread-safe. */
final class Reporting {
    private final SoakOptions options;
    private final FleetDevices devices;
    private final AcknowledgedOrders truth;
    private final FailedWrites writes;
    private final ServerSteps steps;
    private final DataFolderFiles folder;
    private final long firstSegment;

    Reporting(
            SoakOptions options,
            FleetDevices devices,
            AcknowledgedOrders truth,
            FailedWrites writes,
            ServerSteps steps) {
        this.options = options;
        this.devices = devices;
        this.truth = truth;
        this.writes = writes;
        this.steps = steps;
        this.folder = new DataFolderFiles(options.dataFolder());
        this.firstSegment = folder.oldestSegment();
    }

    /** Of a run that has gone through its whole plan; waits for the last backup. */
    SoakReport whole(List<Sample> samples, boolean converged) throws IOException, FleetException, InterruptedException {
        List<String> backups = steps.backupsMade();
        return written(samples, outcome(null, devices.verify(truth), converged, backups));
    }

    /** Of a run that goes on, for a run that cannot even say that it has ended. */
    void soFar(List<Sample> samples, String how) throws IOException {
        SoakReport unused = written(samples, outcome(how, null, false, steps.backupsSoFar()));
    }

    /** Of a run that has broken off. */
    SoakReport brokenOff(List<Sample> samples, String why) throws IOException {
        return written(samples, outcome(why, devices.verifyBrokenOff(truth), false, steps.backupsSoFar()));
    }

    private SoakOutcome outcome(
            @Nullable String brokenOff, @Nullable VerificationResult verdict, boolean converged, List<String> backups)
            throws IOException {
        return new SoakOutcome(
                brokenOff,
                verdict,
                converged,
                writes.failed(),
                writes.excused(),
                backups,
                devices.snapshots(),
                devices.shortestResetNanos(),
                folder.oldestSegment() - firstSegment,
                errorsLogged());
    }

    private List<String> errorsLogged() throws IOException {
        try (Stream<String> lines = Files.lines(options.serverLog())) {
            return lines.filter(line -> line.contains(" ERROR ")).toList();
        }
    }

    private SoakReport written(List<Sample> samples, SoakOutcome outcome) throws IOException {
        SoakReport report = new SoakReport(
                options.text(), options.plan(), samples, SoakRules.judge(options.plan(), samples, outcome));
        report.writeTo(options.report());
        return report;
    }
}

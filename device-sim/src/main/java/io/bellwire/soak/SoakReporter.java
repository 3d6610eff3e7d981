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

/** Makes and writes a run's report, at its end and after each phase. Not thread-safe. */
final class SoakReporter {
    private final SoakOptions options;
    private final FleetDevices devices;
    private final AcknowledgedOrders acknowledged;
    private final FailedWrites writes;
    private final ServerSteps steps;
    private final SoakPartners partners;
    private final DataFolderFiles folder;
    private final long firstSegment;

    SoakReporter(
            SoakOptions options,
            FleetDevices devices,
            AcknowledgedOrders acknowledged,
            FailedWrites writes,
            ServerSteps steps,
            SoakPartners partners) {
        this.options = options;
        this.devices = devices;
        this.acknowledged = acknowledged;
        this.writes = writes;
        this.steps = steps;
        this.partners = partners;
        this.folder = new DataFolderFiles(options.dataFolder());
        this.firstSegment = folder.oldestSegment();
    }

    /** Writes the report of a run that has completed its plan; waits for the last backup. */
    SoakReport writeFinal(List<Sample> samples, boolean converged)
            throws IOException, FleetException, InterruptedException {
        List<String> backups = steps.backupsMade();
        return write(samples, outcome(null, devices.verify(acknowledged), partners.verify(), converged, backups));
    }

    /** Writes the report of a run that goes on, in case the process ends without a further report. */
    void writeInterim(List<Sample> samples, String how) throws IOException {
        SoakReport unused = write(samples, outcome(how, null, null, false, steps.backupsSoFar()));
    }

    /** Writes the report of a run that has broken off. */
    SoakReport writeBrokenOff(List<Sample> samples, String why) throws IOException {
        return write(
                samples,
                outcome(
                        why,
                        devices.verifyInterrupted(acknowledged),
                        partners.verifyInterrupted(),
                        false,
                        steps.backupsSoFar()));
    }

    private SoakOutcome outcome(
            @Nullable String brokenOff,
            @Nullable VerificationResult verification,
            @Nullable PartnersOutcome partnersOutcome,
            boolean converged,
            List<String> backups)
            throws IOException {
        return new SoakOutcome(
                brokenOff,
                verification,
                partnersOutcome,
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

    private SoakReport write(List<Sample> samples, SoakOutcome outcome) throws IOException {
        SoakReport report = new SoakReport(
                options.text(), options.plan(), samples, SoakRules.check(options.plan(), samples, outcome));
        report.writeTo(options.report());
        return report;
    }
}

package io.bellwire.soak;

import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FaultRates;
import io.bellwire.fleet.FleetDevices;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.FleetOptions;
import io.bellwire.fleet.ForeignEventSource;
import io.bellwire.fleet.GroupWorkload;
import io.bellwire.fleet.PartnerEndpoints;
import io.bellwire.fleet.ServerAddress;
import io.bellwire.fleet.ServerProcess;
import io.bellwire.fleet.ServerUnderTest;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** One soak run: goes through the plan's phases, takes samples, and verifies at the end. Not thread-safe. */
public final class Soak {
    private static final FaultRates FAULTS = new FaultRates(0.05, 0.005, 0.01, 0.1, 0.05);
    private static final long TURN_MILLIS = 50;
    private static final long SETTLE_MILLIS = 1_000;
    private static final double UNSTEADY_PART = 0.25;
    /** The signal that stops the run may have stopped the server as well, at most so long ago. */
    private static final int STOP_MILLIS = 5_000;

    private final SoakOptions options;
    private final PrintStream out;
    private final LongSupplier nanos;
    private final long originNanos;
    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders();
    private final FailedWrites writes;
    private final ServerUnderTest server;
    private final FleetDevices devices;
    private final PendingChanges pending;
    private final SoakPartners partners;
    private final SoakWorkload workload;
    private final List<GroupWorkload> groups;
    private final Sampler sampler;
    private final SampleFile file;
    private final ServerSteps serverSteps;
    private final SampleLine sampleLine;
    private final SoakReporter reporter;
    private final List<Sample> samples = new ArrayList<>();
    private long nextSampleNanos;
    /** The present phase, for messages. */
    private String step = "the preparations";

    private Soak(SoakOptions options, PrintStream out, Time time, Parts parts, SplittableRandom random) {
        this.options = options;
        this.out = out;
        this.nanos = time.nanos();
        this.originNanos = nanos.getAsLong();
        this.writes = parts.writes();
        this.server = parts.server();
        this.devices = parts.devices();
        this.pending = new PendingChanges(devices);
        this.file = parts.file();
        this.partners = new SoakPartners(options, parts.endpoints(), acknowledged, nanos);
        this.sampleLine = new SampleLine(out, options.plan());
        this.serverSteps = new ServerSteps(
                server,
                writes,
                parts.clock(),
                devices,
                partners,
                new BackupDrill(options, devices, acknowledged, options.report()),
                this::log);
        this.reporter = new SoakReporter(options, devices, acknowledged, writes, serverSteps, partners);
        ForeignEventSource events = new ForeignEventSource(options.tag());
        this.workload = new SoakWorkload(
                new SoakWorkload.Plan(options.tag(), options.ratePerSecond(), devices.ids(), partners.ids()),
                devices.operator(),
                acknowledged,
                devices.timers(),
                nanos,
                random.split(),
                events);
        this.groups = GroupWorkload.Group.of(devices.ids()).stream()
                .map(group -> new GroupWorkload(
                        group,
                        devices.operator(),
                        acknowledged,
                        devices.timers(),
                        random.split(),
                        events,
                        workload::fail))
                .toList();
        this.sampler = new Sampler(
                parts.watch(),
                new DataFolderFiles(options.dataFolder()),
                devices,
                workload,
                writes,
                acknowledged,
                time.wallMillis());
    }

    /** What is made before the run, and closed after it. */
    private record Parts(
            FailedWrites writes,
            ServerUnderTest server,
            ServerClock clock,
            FleetDevices devices,
            PartnerEndpoints endpoints,
            ServerWatch watch,
            SampleFile file) {}

    /**
     * The clocks of the run itself. Immutable.
     *
     * @param nanos a monotonic clock
     * @param wallMillis the machine's wall clock, which also dates its files
     */
    public record Time(LongSupplier nanos, LongSupplier wallMillis) {}

    /**
     * Goes through the whole plan. A run that breaks off or is interrupted also has a report, with a failed rule.
     * Throws if there is nothing to report.
     */
    public static SoakReport run(SoakOptions options, PrintStream out, Time time)
            throws FleetException, InterruptedException, IOException {
        out.printf("%s%n%s", options.text(), options.plan().table());
        Files.createDirectories(options.report());
        SplittableRandom random = new SplittableRandom(options.seed());
        // of their own: with or without partners, a seed repeats the same run of devices
        SplittableRandom ofPartners = new SplittableRandom(~options.seed());
        FailedWrites writes = new FailedWrites(time.nanos());
        ServerClock clock = new ServerClock(options.clockFile());
        FleetOptions fleet = options.fleetOptions();
        try (ServerProcess process = new ServerProcess(
                        options.serverCommand(),
                        options.serverLog(),
                        new ServerProcess.Extras(true, null, options.tls(), options.partners() > 0));
                SampleFile file = new SampleFile(options.report().resolve("samples.jsonl"), options.plan())) {
            ServerAddress address = process.start();
            URI http = address.endpoints().http();
            try (FleetDevices devices = new FleetDevices(fleet, address, time.nanos(), random.split(), writes);
                    PartnerEndpoints endpoints = new PartnerEndpoints(
                            fleet,
                            devices,
                            http,
                            time.nanos(),
                            clock.wallClock(time.wallMillis()),
                            SoakOptions.SAFETY_POLL,
                            ofPartners)) {
                devices.register().get(SoakOptions.TIMEOUT_SECONDS, TimeUnit.SECONDS);
                devices.boot();
                endpoints.register().get(SoakOptions.TIMEOUT_SECONDS, TimeUnit.SECONDS);
                endpoints.boot();
                endpoints.create().get(SoakOptions.TIMEOUT_SECONDS, TimeUnit.SECONDS);
                HttpClient client = address.tls().newHttpClient();
                ServerWatch watch = new ServerWatch(process, client, http, time.nanos());
                ServerUnderTest server = ServerUnderTest.owned(process, address);
                Parts parts = new Parts(writes, server, clock, devices, endpoints, watch, file);
                return new Soak(options, out, time, parts, random).run();
            } catch (ExecutionException | TimeoutException failed) {
                throw new FleetException("the devices or partners could not be registered: " + failed, failed);
            }
        }
    }

    private SoakReport run() throws IOException {
        String why;
        try {
            return goThroughPlan();
        } catch (InterruptedException stopped) {
            why = "was stopped";
            writes.outageBeganWithin(STOP_MILLIS);
        } catch (FleetException | IOException | RuntimeException failed) {
            // file channels close if a thread writes while interrupted: clear the flag before the report
            if (Thread.interrupted()) {
                writes.outageBeganWithin(STOP_MILLIS);
            }
            why = failed instanceof FleetException ? String.valueOf(failed.getMessage()) : failed.toString();
        }
        String when = String.format(Locale.ROOT, "after %.2f min, in %s: ", seconds() / 60, step);
        log("BROKEN OFF, in " + step + ": " + why);
        return reporter.writeBrokenOff(samples, when + why);
    }

    private SoakReport goThroughPlan() throws FleetException, InterruptedException, IOException {
        for (GroupWorkload group : groups) {
            PendingChanges.await(group.createGroup());
        }
        List<Phase> phases = options.plan().phases();
        for (int phase = 0; phase < phases.size(); phase++) {
            step = phases.get(phase).name();
            run(phase);
            reporter.writeInterim(
                    samples, String.format("goes on, %d of %d phases are over", phase + 1, phases.size()));
        }
        step = "the comparison at the end";
        silence(false);
        devices.startPollingDevices();
        boolean converged = awaitConvergence();
        return reporter.writeFinal(samples, converged);
    }

    private void run(int number) throws FleetException, InterruptedException, IOException {
        Phase phase = options.plan().phases().get(number);
        log("-- " + phase.name());
        begin(phase.kind());
        long start = nanos.getAsLong();
        long length = TimeUnit.SECONDS.toNanos(phase.seconds());
        Deque<Phase.Step> steps = new ArrayDeque<>(phase.steps());
        while (nanos.getAsLong() - start < length) {
            double part = (double) (nanos.getAsLong() - start) / length;
            if (!steps.isEmpty() && steps.getFirst().at() <= part) {
                serverSteps.perform(steps.removeFirst().action());
            }
            if (nanos.getAsLong() - nextSampleNanos >= 0 || samples.isEmpty()) {
                nextSampleNanos = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(options.sampleMillis());
                sample(number, part >= UNSTEADY_PART, false);
            }
            checkServerAndWorkload();
            pause(TURN_MILLIS);
        }
        for (Phase.Step late : steps) {
            serverSteps.perform(late.action());
        }
        sample(number, true, phase.isMeasured());
    }

    private void begin(Phase.Kind kind) throws FleetException, InterruptedException, IOException {
        if (kind.isSilent()) {
            silence(kind == Phase.Kind.DEEP_SILENCE);
            return;
        }
        devices.startPollingDevices();
        workload.resume();
        groups.forEach(GroupWorkload::resume);
        if (kind == Phase.Kind.FAULTS) {
            partners.injectFaults();
            devices.injectFaults(options.tls() ? FAULTS.withoutDrops() : FAULTS);
        } else {
            partners.heal();
            devices.heal();
        }
    }

    private void silence(boolean deep) throws FleetException, InterruptedException, IOException {
        devices.heal();
        partners.heal();
        workload.pause();
        groups.forEach(GroupWorkload::pause);
        await(
                "everything that was begun is answered",
                () -> workload.isIdle() && groups.stream().allMatch(GroupWorkload::isIdle));
        await("every device that is there has all that there is for it", () -> pending.count() == 0);
        await("every partner that is there has all that there is for it", () -> partners.unfinished()
                .isEmpty());
        partners.expectOrder();
        if (deep) {
            devices.stopPollingDevices();
        }
    }

    private void sample(int phase, boolean steady, boolean collected) throws InterruptedException, IOException {
        Sample sample = sampler.take(seconds(), phase, steady, collected);
        samples.add(sample);
        file.add(sample);
        sampleLine.print(sample);
    }

    /**
     * Waits until all devices are connected and have acknowledged all changes, as the server sees it; false if that
     * takes too long.
     */
    private boolean awaitConvergence() throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(SoakOptions.TIMEOUT_SECONDS);
        while (devices.connected() < options.devices()
                || pending.count() > 0
                || !partners.unfinished().isEmpty()) {
            if (nanos.getAsLong() - deadline > 0) {
                log(devices.connected() + " of " + options.devices() + " devices are connected, " + pending.count()
                        + " changes are pending; partners: " + partners.unfinished());
                return false;
            }
            checkServerAndWorkload();
            pause(SETTLE_MILLIS);
        }
        // grace period, so that a forbidden late delivery still shows
        pause(SETTLE_MILLIS);
        return true;
    }

    private void checkServerAndWorkload() throws FleetException {
        String died = server.diedOfItself();
        if (died != null) {
            throw new FleetException(died);
        }
        if (workload.failure().isCompletedExceptionally()) {
            throw new FleetException("the work broke off: "
                    + workload.failure().handle((done, why) -> why).join());
        }
    }

    /** A condition whose check may need the server, which may be away. */
    private interface Condition {
        boolean holds() throws FleetException, InterruptedException;
    }

    private void await(String what, Condition condition) throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(SoakOptions.TIMEOUT_SECONDS);
        while (!condition.holds()) {
            checkServerAndWorkload();
            if (nanos.getAsLong() - deadline > 0) {
                throw new FleetException("not within " + SoakOptions.TIMEOUT_SECONDS + " s: " + what);
            }
            pause(TURN_MILLIS);
        }
    }

    private static void pause(long millis) throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    private double seconds() {
        return (nanos.getAsLong() - originNanos) / 1e9;
    }

    private void log(String what) {
        out.printf(Locale.ROOT, "%7.2f min  %s%n", seconds() / 60, what);
        out.flush();
    }
}

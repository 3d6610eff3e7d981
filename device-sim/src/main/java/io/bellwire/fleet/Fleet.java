package io.bellwire.fleet;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * One run: registers the devices, injects faults while orders are placed and the server is killed, ends the faults,
 * waits for convergence, and verifies. Not thread-safe.
 */
public final class Fleet {
    private static final int POLL_MILLIS = 100;
    /** Short, as a run is. */
    private static final Duration PARTNER_SAFETY_POLL = Duration.ofSeconds(5);

    /** Grace period after convergence, so that a forbidden late delivery still shows. */
    private static final int SETTLE_MILLIS = 700;
    /** How long the last devices of a recovery may take to learn that they are up to date. */
    private static final int RECOVERY_SECONDS = 5;

    private final FleetOptions options;
    private final ServerUnderTest server;
    private final Progress progress;
    private final LongSupplier nanos;
    private final SplittableRandom random;
    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders();
    private final FleetDevices devices;
    private final PartnerEndpoints partners;
    /** As they were seen last. */
    private String unfinishedEndpoints = "";
    /** Fails once the server refuses an event for a group, or a change of its members. */
    private final CompletableFuture<Void> groupFailure = new CompletableFuture<>();

    private Fleet(
            FleetOptions options,
            ServerUnderTest server,
            Progress progress,
            LongSupplier nanos,
            SplittableRandom random,
            FleetDevices devices,
            PartnerEndpoints partners) {
        this.options = options;
        this.server = server;
        this.progress = progress;
        this.nanos = nanos;
        this.random = random;
        this.devices = devices;
        this.partners = partners;
    }

    /**
     * Runs until all devices and partners have converged or the time is up. Throws if there is nothing to verify.
     *
     * @param nanos a monotonic clock, such as {@code System::nanoTime}
     * @param clock the wall clock of the partners, by which they make codes and refuse old calls
     */
    public static Report run(
            FleetOptions options, ServerUnderTest server, Progress progress, LongSupplier nanos, Clock clock)
            throws FleetException, InterruptedException {
        SplittableRandom random = new SplittableRandom(options.seed());
        URI http = server.address().endpoints().http();
        // of its own: with or without partners, a seed repeats the same run of devices
        SplittableRandom ofPartners = new SplittableRandom(~options.seed());
        try (FleetDevices devices =
                        new FleetDevices(options, server.address(), nanos, random.split(), FailedAttempts.IGNORED);
                PartnerEndpoints partners =
                        new PartnerEndpoints(options, devices, http, nanos, clock, PARTNER_SAFETY_POLL, ofPartners)) {
            return new Fleet(options, server, progress, nanos, random, devices, partners).run();
        } catch (IOException failed) {
            throw new FleetException("cannot run: " + failed.getMessage(), failed);
        }
    }

    private Report run() throws FleetException, InterruptedException, IOException {
        register();
        devices.boot();
        awaitConnections();
        List<GroupWorkload> groups = groups();
        createEndpoints();
        devices.injectFaults(options.faults());
        partners.injectFaults();
        CompletableFuture<Void> orders = new OrderSource(
                        options,
                        devices.ids(),
                        partners.ids(),
                        devices.operator(),
                        acknowledged,
                        devices.timers(),
                        nanos,
                        random.split())
                .start();
        groups.forEach(GroupWorkload::resume);
        CompletableFuture<?> ignored =
                groupFailure.whenComplete((none, failure) -> orders.completeExceptionally(failure));
        whileOrdersCome(orders);
        groups.forEach(GroupWorkload::pause);
        devices.heal();
        partners.heal();
        awaitIdle(groups);
        boolean converged = awaitConvergence();
        if (converged) {
            pause(SETTLE_MILLIS, "settling");
            awaitRecovery(RECOVERY_SECONDS);
        }
        return new RunResults(options, devices, partners, acknowledged).report(converged);
    }

    /** Registers the partners, and waits until their endpoints may be called. */
    private void createEndpoints() throws FleetException, InterruptedException, IOException {
        await(partners.register(), "registering partners");
        partners.boot();
        await(partners.create(), "confirming endpoints");
    }

    /** Waits for work that the server has to answer in time. */
    private void await(CompletableFuture<?> work, String phase) throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(options.timeoutSeconds());
        while (!awaitBriefly(work)) {
            progress.show(now(phase));
            checkServer();
            if (nanos.getAsLong() - deadline > 0) {
                throw new FleetException(phase + " took more than " + options.timeoutSeconds() + " s");
            }
        }
    }

    /** Creates the groups and their first members. */
    private List<GroupWorkload> groups() throws FleetException, InterruptedException {
        if (options.ordersOnly()) {
            return List.of();
        }
        ForeignEventSource events = new ForeignEventSource(options.tag() + "-group");
        List<GroupWorkload> groups = GroupWorkload.Group.ofShortRun(options.tag(), devices.ids()).stream()
                .map(group -> new GroupWorkload(
                        group,
                        devices.operator(),
                        acknowledged,
                        devices.timers(),
                        random.split(),
                        events,
                        groupFailure::completeExceptionally))
                .toList();
        CompletableFuture<Void> created = CompletableFuture.allOf(
                groups.stream().map(GroupWorkload::createGroup).toArray(CompletableFuture[]::new));
        await(created, "creating groups");
        return groups;
    }

    private void awaitIdle(List<GroupWorkload> groups) throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(options.timeoutSeconds());
        while (!groups.stream().allMatch(GroupWorkload::isIdle) && nanos.getAsLong() - deadline < 0) {
            pause(POLL_MILLIS, "healing");
            checkServer();
        }
        if (groupFailure.isDone()) {
            boolean unused = awaitBriefly(groupFailure);
        }
    }

    private void register() throws FleetException, InterruptedException {
        CompletableFuture<Void> all = devices.register();
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(options.timeoutSeconds());
        while (!awaitBriefly(all)) {
            progress.show(now("registering " + devices.registered()));
            checkServer();
            if (nanos.getAsLong() - deadline > 0) {
                throw new FleetException("the devices could not be registered in " + options.timeoutSeconds() + " s");
            }
        }
    }

    /**
     * Waits until all devices have connected for the first time, so that there is something to cut from the first fault
     * on. After the timeout the run goes on; it fails at its end if a device never connects.
     */
    private void awaitConnections() throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(options.timeoutSeconds());
        while (devices.connected() < options.devices() && nanos.getAsLong() - deadline < 0) {
            pause(POLL_MILLIS, "connecting");
            checkServer();
        }
    }

    /** Waits until all orders are acknowledged, and kills the server at even distances meanwhile. */
    private void whileOrdersCome(CompletableFuture<Void> orders) throws FleetException, InterruptedException {
        int kills = 0;
        while (!awaitBriefly(orders)) {
            progress.show(now("faults"));
            long due = (long) options.orders() * (kills + 1) / (options.serverKills() + 1);
            if (kills < options.serverKills()
                    && acknowledged.size() >= due
                    && devices.recovery().isComplete()) {
                kills++;
                killAfterBlackout();
            }
            checkServer();
        }
        while (kills < options.serverKills()) {
            awaitRecovery(options.timeoutSeconds());
            kills++;
            killAfterBlackout();
        }
    }

    /** Kills the server and starts it again; before that, if the options say so, no device reaches it for a while. */
    private void killAfterBlackout() throws FleetException, InterruptedException {
        if (options.blackoutSeconds() > 0) {
            progress.showMessage("no device reaches the server for " + options.blackoutSeconds() + " s");
            for (FleetDevice device : devices.all()) {
                device.networkFaults().setOffline(true);
                device.dropRequests();
            }
            pause(options.blackoutSeconds() * 1_000, "blackout");
        }
        killServer();
        if (options.blackoutSeconds() > 0) {
            devices.all().forEach(device -> device.networkFaults().setOffline(false));
            devices.recovery().ready();
        }
    }

    private void killServer() throws FleetException, InterruptedException {
        progress.showMessage("kill -9 to the server after " + acknowledged.size() + " acknowledged orders");
        devices.counters().serverKills.increment();
        devices.recovery().killed();
        long before = nanos.getAsLong();
        CompletableFuture<Void> restart = CompletableFuture.runAsync(() -> {
            try {
                server.killAndStart();
            } catch (FleetException failed) {
                throw new CompletionException(failed);
            }
        });
        while (!awaitBriefly(restart)) {
            progress.show(now("server away"));
        }
        devices.recovery().ready();
        progress.showMessage(
                "the server is ready again after " + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - before) + " ms");
    }

    private boolean awaitConvergence() throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(options.timeoutSeconds());
        while (true) {
            Progress.Now now = now("healing");
            progress.show(now);
            if (now.behind() == 0 && now.connected() == options.devices() && hasAllChanges() && haveAllPartners()) {
                return true;
            }
            if (nanos.getAsLong() - deadline > 0) {
                if (!unfinishedEndpoints.isEmpty()) {
                    progress.showMessage("endpoints that are not up to date: " + unfinishedEndpoints);
                }
                return false;
            }
            checkServer();
            pause(POLL_MILLIS, "healing");
        }
    }

    /** Whether each device has all that was acknowledged, its changes and events too. */
    private boolean hasAllChanges() {
        Verifier verifier = new Verifier(acknowledged);
        devices.all()
                .forEach(device ->
                        verifier.check(device.credentials().id(), device.disk().journal()));
        return verifier.result().lost() == 0;
    }

    /** Whether each partner has all that was acknowledged, and the server has nothing left to call it for. */
    private boolean haveAllPartners() throws FleetException, InterruptedException {
        CompletableFuture<String> repaired = partners.repair();
        await(repaired, "healing");
        unfinishedEndpoints = repaired.join();
        return unfinishedEndpoints.isEmpty() && partners.haveAll(acknowledged::versionsOf);
    }

    /** Waits until each device knows that it is up to date, even if it had nothing to fetch. */
    private void awaitRecovery(int seconds) throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(seconds);
        while (!devices.recovery().isComplete() && nanos.getAsLong() - deadline < 0) {
            pause(POLL_MILLIS, "settling");
            checkServer();
        }
    }

    private void checkServer() throws FleetException {
        String died = server.diedOfItself();
        if (died != null) {
            throw new FleetException(died);
        }
    }

    private void pause(int millis, String phase) throws FleetException, InterruptedException {
        long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
        CompletableFuture<Void> never = new CompletableFuture<>();
        while (nanos.getAsLong() - end < 0) {
            progress.show(now(phase));
            awaitBriefly(never);
        }
    }

    /** Waits {@value #POLL_MILLIS} ms at most for {@code work}, and returns whether it is done. */
    private static boolean awaitBriefly(CompletableFuture<?> work) throws FleetException, InterruptedException {
        try {
            work.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException | CancellationException failed) {
            if (failed.getCause() instanceof FleetException known) {
                throw known;
            }
            throw new FleetException("the run broke off: " + failed, failed);
        }
    }

    private Progress.Now now(String phase) {
        long behind = 0;
        long applied = 0;
        for (FleetDevice device : devices.all()) {
            int appliedHere = device.disk().applied();
            applied += appliedHere;
            if (appliedHere < acknowledged.sizeOf(device.credentials().id())) {
                behind++;
            }
        }
        return new Progress.Now(
                phase, options.devices(), devices.connected(), behind, applied, acknowledged.size(), options.orders());
    }
}

package io.bellwire.fleet;

import java.io.IOException;
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
 * One run: registers the devices, lets them work under faults while orders come in and the server is killed, lets all
 * heal, and verifies. Not thread-safe.
 */
public final class Fleet {
    private static final int POLL_MILLIS = 100;
    /** After all have all: time for what must not happen to happen. */
    private static final int SETTLE_MILLIS = 700;
    /** For the last of a herd to hear that nothing is left. */
    private static final int HERD_SECONDS = 5;

    private final FleetOptions options;
    private final ServerUnderTest host;
    private final Progress progress;
    private final LongSupplier nanos;
    private final SplittableRandom random;
    private final AcknowledgedOrders truth = new AcknowledgedOrders();
    private final FleetDevices devices;

    private Fleet(
            FleetOptions options,
            ServerUnderTest host,
            Progress progress,
            LongSupplier nanos,
            SplittableRandom random,
            FleetDevices devices) {
        this.options = options;
        this.host = host;
        this.progress = progress;
        this.nanos = nanos;
        this.random = random;
        this.devices = devices;
    }

    /**
     * Runs until all have converged or the time is up. Throws if there is nothing to verify.
     *
     * @param nanos a clock that does not go back, such as the JVM's own
     */
    public static Report run(FleetOptions options, ServerUnderTest host, Progress progress, LongSupplier nanos)
            throws FleetException, InterruptedException {
        SplittableRandom random = new SplittableRandom(options.seed());
        try (FleetDevices devices =
                new FleetDevices(options, host.address(), nanos, random.split(), FailedAttempts.IGNORED)) {
            return new Fleet(options, host, progress, nanos, random, devices).run();
        } catch (IOException failed) {
            throw new FleetException("cannot run: " + failed.getMessage(), failed);
        }
    }

    private Report run() throws FleetException, InterruptedException {
        register();
        devices.boot();
        awaitConnections();
        devices.breakThings(options.faults());
        CompletableFuture<Void> orders = new OrderSource(
                        options, devices.ids(), devices.operator(), truth, devices.timers(), nanos, random.split())
                .start();
        whileOrdersCome(orders);
        devices.heal();
        boolean converged = awaitConvergence();
        if (converged) {
            pause(SETTLE_MILLIS, "settling");
            awaitHerd(HERD_SECONDS);
        }
        return report(converged);
    }

    private void register() throws FleetException, InterruptedException {
        CompletableFuture<Void> all = devices.register();
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(options.timeoutSeconds());
        while (!awaitBriefly(all)) {
            progress.show(now("registering " + devices.registered()));
            checkHost();
            if (nanos.getAsLong() - deadline > 0) {
                throw new FleetException("the devices could not be registered in " + options.timeoutSeconds() + " s");
            }
        }
    }

    /**
     * Until all have connected for the first time, so that there is something to cut from the first fault on. If it takes
     * too long the run goes on, and fails at its end if they never do.
     */
    private void awaitConnections() throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(options.timeoutSeconds());
        while (devices.connected() < options.devices() && nanos.getAsLong() - deadline < 0) {
            pause(POLL_MILLIS, "connecting");
            checkHost();
        }
    }

    /** Kills the server at even distances on the way. */
    private void whileOrdersCome(CompletableFuture<Void> orders) throws FleetException, InterruptedException {
        int kills = 0;
        while (!awaitBriefly(orders)) {
            progress.show(now("faults"));
            long due = (long) options.orders() * (kills + 1) / (options.serverKills() + 1);
            if (kills < options.serverKills()
                    && truth.size() >= due
                    && devices.herd().isBack()) {
                kills++;
                awayAndBack();
            }
            checkHost();
        }
        while (kills < options.serverKills()) {
            awaitHerd(options.timeoutSeconds());
            kills++;
            awayAndBack();
        }
    }

    /** The server is killed and started again, if so wanted after a while in which no device reached it. */
    private void awayAndBack() throws FleetException, InterruptedException {
        if (options.blackoutSeconds() > 0) {
            progress.say("no device reaches the server for " + options.blackoutSeconds() + " s");
            for (FleetDevice device : devices.all()) {
                device.weather().offline(true);
                device.storm();
            }
            pause(options.blackoutSeconds() * 1_000, "blackout");
        }
        killServer();
        if (options.blackoutSeconds() > 0) {
            devices.all().forEach(device -> device.weather().offline(false));
            devices.herd().ready();
        }
    }

    private void killServer() throws FleetException, InterruptedException {
        progress.say("kill -9 to the server after " + truth.size() + " acknowledged orders");
        devices.tally().serverKills.increment();
        devices.herd().killed();
        long before = nanos.getAsLong();
        CompletableFuture<Void> restart = CompletableFuture.runAsync(() -> {
            try {
                host.killAndStart();
            } catch (FleetException failed) {
                throw new CompletionException(failed);
            }
        });
        while (!awaitBriefly(restart)) {
            progress.show(now("server away"));
        }
        devices.herd().ready();
        progress.say(
                "the server is ready again after " + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - before) + " ms");
    }

    private boolean awaitConvergence() throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(options.timeoutSeconds());
        while (true) {
            Progress.Now now = now("healing");
            progress.show(now);
            if (now.behind() == 0 && now.connected() == options.devices()) {
                return true;
            }
            if (nanos.getAsLong() - deadline > 0) {
                return false;
            }
            checkHost();
            pause(POLL_MILLIS, "healing");
        }
    }

    /** Until each device knows that it has all, though it may have had nothing to fetch. */
    private void awaitHerd(int seconds) throws FleetException, InterruptedException {
        long deadline = nanos.getAsLong() + TimeUnit.SECONDS.toNanos(seconds);
        while (!devices.herd().isBack() && nanos.getAsLong() - deadline < 0) {
            pause(POLL_MILLIS, "settling");
            checkHost();
        }
    }

    private void checkHost() throws FleetException {
        String died = host.diedOfItself();
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

    /** Whether {@code work} is done; waits a moment for it. */
    private static boolean awaitBriefly(CompletableFuture<Void> work) throws FleetException, InterruptedException {
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
            int has = device.disk().applied();
            applied += has;
            if (has < truth.sizeOf(device.who().id())) {
                behind++;
            }
        }
        return new Progress.Now(
                phase, options.devices(), devices.connected(), behind, applied, truth.size(), options.orders());
    }

    private Report report(boolean converged) {
        Verifier verifier = new Verifier(truth);
        Latencies latency = new Latencies();
        CostCount count = new CostCount();
        for (FleetDevice device : devices.all()) {
            List<JournalEntry> journal = device.disk().journal();
            verifier.check(device.who().id(), journal);
            Latencies ofKind = count.device(device.kind(), device.disk().applied());
            journal.forEach(entry -> measure(entry, ofKind));
            if (device.kind() != FleetDoorbell.POLL) {
                journal.forEach(entry -> measure(entry, latency));
            }
        }
        return new Report(
                options.seed(),
                options.devices(),
                truth.size(),
                truth.size(),
                verifier.verdict(),
                devices.tally().sessionDrops.sum(),
                devices.tally().deviceRestarts.sum(),
                devices.tally().serverKills.sum(),
                devices.tally().signalsReceived.sum(),
                devices.tally().signalsDropped.sum(),
                devices.tally().polls.sum(),
                devices.tally().pollsEmpty.sum(),
                devices.tally().pollsSkipped.sum(),
                devices.tally().snapshots.sum(),
                devices.tally().appliedStraight.sum(),
                new Report.SafetyPolls(
                        devices.tally().safetyPolls.sum(),
                        devices.tally().unannounced.sum()),
                latency.quantiles(),
                devices.tally().reconcile.quantiles(),
                converged,
                count.costs(devices.costs(), devices.roads()),
                devices.herd()
                        .report(
                                devices.costs().tooMany(),
                                devices.tally().spreadMaxMillis.get()));
    }

    /** Only what a device was connected for all the way: the rest measures the fault. */
    private void measure(JournalEntry entry, Latencies latency) {
        String orderId = entry.orderId();
        AcknowledgedOrders.Placed placed = orderId == null ? null : truth.find(orderId);
        if (placed != null
                && entry.kind() == JournalEntry.Kind.APPLIED
                && entry.connectedSinceNanos() != JournalEntry.NOT_CONNECTED
                && entry.connectedSinceNanos() - placed.atNanos() <= 0) {
            latency.record(entry.atNanos() - placed.atNanos());
        }
    }
}

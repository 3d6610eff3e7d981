package io.bellwire.soak;

import io.bellwire.fleet.FleetDevices;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.ServerUnderTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Performs the actions of a phase's steps. Not thread-safe. */
final class ServerSteps {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration THIRTY_DAYS = Duration.ofDays(30);
    private static final Duration ADVANCED = Duration.ofMinutes(2);
    private static final int BACKUP_MINUTES = 20;
    /**
     * The device that is stopped and started again. It receives signals, so that
     * {@link FleetDevices#startPollingDevices} does not start it early.
     */
    private static final int STOPPED_DEVICE = 0;

    private final ServerUnderTest server;
    private final FailedWrites writes;
    private final ServerClock clock;
    private final FleetDevices devices;
    private final SoakPartners partners;
    private final BackupDrill backupDrill;
    private final Consumer<String> log;
    private final List<CompletableFuture<String>> backups = new ArrayList<>();

    ServerSteps(
            ServerUnderTest server,
            FailedWrites writes,
            ServerClock clock,
            FleetDevices devices,
            SoakPartners partners,
            BackupDrill backupDrill,
            Consumer<String> log) {
        this.server = server;
        this.writes = writes;
        this.clock = clock;
        this.devices = devices;
        this.partners = partners;
        this.backupDrill = backupDrill;
        this.log = log;
    }

    void perform(ServerAction action) throws FleetException, IOException {
        log.accept(action.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        switch (action) {
            case KILL -> {
                writes.outageBegins();
                server.killAndStart();
                writes.outageEnds();
            }
            case RESTART -> {
                writes.outageBegins();
                server.restart();
                writes.outageEnds();
            }
            case BACKUP -> backups.add(backup());
            case LEAVE_ONE_BEHIND -> {
                devices.stopDevice(STOPPED_DEVICE);
                partners.leaveOneBehind();
            }
            case FETCH_IT_BACK -> {
                devices.startDevice(STOPPED_DEVICE);
                partners.fetchItBack();
            }
            case CLOCK_AN_HOUR_ON -> clock.jump(HOUR);
            case CLOCK_AN_HOUR_BACK -> clock.jump(HOUR.negated());
            case CLOCK_THIRTY_DAYS_ON -> clock.jump(THIRTY_DAYS);
            case CLOCK_THIRTY_DAYS_BACK -> clock.jump(THIRTY_DAYS.negated());
            case PRESS_TIME -> clock.advance(ADVANCED);
        }
    }

    /** Runs in the background, after the backup before, as two at once would disturb each other. */
    private CompletableFuture<String> backup() {
        CompletableFuture<String> before =
                backups.isEmpty() ? CompletableFuture.completedFuture("") : backups.get(backups.size() - 1);
        return before.thenApplyAsync(done -> {
            String wrong = backupDrill.run();
            log.accept("backup done" + (wrong.isEmpty() ? "" : ": " + wrong));
            return wrong;
        });
    }

    /** What was wrong with each finished backup; empty text if nothing was. */
    List<String> backupsSoFar() {
        return backups.stream()
                .filter(backup -> backup.isDone() && !backup.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .toList();
    }

    /** What was wrong with each backup, empty text if nothing was; waits for the last one. */
    List<String> backupsMade() throws FleetException, InterruptedException {
        List<String> made = new ArrayList<>();
        for (CompletableFuture<String> backup : backups) {
            try {
                made.add(backup.get(BACKUP_MINUTES, TimeUnit.MINUTES));
            } catch (ExecutionException | TimeoutException failed) {
                throw new FleetException("no backup: " + failed, failed);
            }
        }
        String unplacedOrder = backupDrill.findOrderThatNobodyPlaced();
        if (!unplacedOrder.isEmpty()) {
            made.add(unplacedOrder);
        }
        return made;
    }
}

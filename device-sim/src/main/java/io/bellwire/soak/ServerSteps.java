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

/** Does to the server what a phase's steps say. Not thread-safe. */
final class ServerSteps {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration THIRTY_DAYS = Duration.ofDays(30);
    private static final Duration PRESSED = Duration.ofMinutes(2);
    private static final int BACKUP_MINUTES = 20;
    /** Which device is left behind: one that holds a line, so that it stays away when the others are sent to ask again. */
    private static final int LEFT_BEHIND = 0;

    private final ServerUnderTest host;
    private final FailedWrites writes;
    private final ServerClock clock;
    private final FleetDevices devices;
    private final BackupDrill drill;
    private final Consumer<String> say;
    private final List<CompletableFuture<String>> backups = new ArrayList<>();

    ServerSteps(
            ServerUnderTest host,
            FailedWrites writes,
            ServerClock clock,
            FleetDevices devices,
            BackupDrill drill,
            Consumer<String> say) {
        this.host = host;
        this.writes = writes;
        this.clock = clock;
        this.devices = devices;
        this.drill = drill;
        this.say = say;
    }

    void take(ServerAction action) throws FleetException, IOException {
        say.accept(action.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        switch (action) {
            case KILL -> {
                writes.serverGoes();
                host.killAndStart();
                writes.serverIsBack();
            }
            case RESTART -> {
                writes.serverGoes();
                host.restart();
                writes.serverIsBack();
            }
            case BACKUP -> backups.add(backup());
            case LEAVE_ONE_BEHIND -> devices.leaveBehind(LEFT_BEHIND);
            case FETCH_IT_BACK -> devices.fetchBack(LEFT_BEHIND);
            case CLOCK_AN_HOUR_ON -> clock.jump(HOUR);
            case CLOCK_AN_HOUR_BACK -> clock.jump(HOUR.negated());
            case CLOCK_THIRTY_DAYS_ON -> clock.jump(THIRTY_DAYS);
            case CLOCK_THIRTY_DAYS_BACK -> clock.jump(THIRTY_DAYS.negated());
            case PRESS_TIME -> clock.press(PRESSED);
        }
    }

    /** In the background, one after the other, as they would be in one another's way. */
    private CompletableFuture<String> backup() {
        CompletableFuture<String> before =
                backups.isEmpty() ? CompletableFuture.completedFuture("") : backups.get(backups.size() - 1);
        return before.thenApplyAsync(done -> {
            String wrong = drill.run();
            say.accept("backup done" + (wrong.isEmpty() ? "" : ": " + wrong));
            return wrong;
        });
    }

    /** What was wrong with each backup that is done, empty if nothing was. */
    List<String> backupsSoFar() {
        return backups.stream()
                .filter(backup -> backup.isDone() && !backup.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .toList();
    }

    /** What was wrong with each backup, empty if nothing was; waits for the last. */
    List<String> backupsMade() throws FleetException, InterruptedException {
        List<String> made = new ArrayList<>();
        for (CompletableFuture<String> backup : backups) {
            try {
                made.add(backup.get(BACKUP_MINUTES, TimeUnit.MINUTES));
            } catch (ExecutionException | TimeoutException failed) {
                throw new FleetException("no backup: " + failed, failed);
            }
        }
        String neverPlaced = drill.neverPlaced();
        if (!neverPlaced.isEmpty()) {
            made.add(neverPlaced);
        }
        return made;
    }
}

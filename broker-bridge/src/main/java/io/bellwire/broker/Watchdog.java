package io.bellwire.broker;

import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.TimerThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes each session loop with a canary, and has the broker restarted when the canary of a loop has failed for several
 * rounds in a row in which the loop did nothing else either. A loop that works but is late is busy, and a restart would
 * have all devices connect again on top of that: only after ten times as many rounds it counts as dead too. If a
 * restart does not help, the next one takes twice as many rounds, and so on, until 60 rounds have been good. Has a
 * thread of its own, on which it also calls its target; its first round is one interval after its construction, when
 * the broker has finished starting. Thread-safe.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final int BUSY_ROUNDS_FACTOR = 10;
    private static final int DOUBLINGS_MAX = 6;
    private static final int GOOD_ROUNDS = 60;

    private final Target target;
    private final int failedRoundsMax;
    private final TimerThread thread = new TimerThread("mqtt-watchdog");
    private final List<LoopProbe> probes = new ArrayList<>();
    private long rounds;
    private int restarts;
    private int goodRounds;

    /** @param failedRoundsMax failed rounds in a row, from 1, after which a loop counts as dead */
    Watchdog(Target target, Duration interval, int failedRoundsMax) {
        this.target = target;
        this.failedRoundsMax = failedRoundsMax;
        var unused = thread.scheduleWithFixedDelay(
                this::round, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The broker that is watched. Called on the watchdog's thread, where it may block. */
    interface Target {
        boolean isListening();

        /** The accounts of its canaries, which change with each restart. */
        List<Canaries.Account> accounts();

        Probe openCanary(Canaries.Account account);

        /** How many commands this session loop has done. */
        long commandsDone(int loop);

        /** The loop has worked in this round, but has not served its canary in time. */
        void busy(int loop);

        /** The round of one canary has ended. */
        void probed(boolean succeeded);

        /** All canaries have succeeded in the same round. */
        void healthy();

        /** Restarts the broker. The reason is one line; the accounts are new ones afterwards. */
        void restart(String reason);
    }

    /** A client on one session loop. */
    interface Probe extends AutoCloseable {
        /** Completes when it has received the signal of this round; fails if it has not in time. */
        CompletableFuture<?> probe(long number);

        @Override
        void close();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void round() {
        try {
            if (target.isListening()) {
                probeAll();
            } else {
                restart("the MQTT broker does not listen");
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (Throwable bug) {
            OutOfMemory.report(bug);
            LOG.error("a round of the watchdog has failed", bug);
        } finally {
            if (thread.isShutdown()) {
                probes.forEach(LoopProbe::closeCanary);
            }
        }
    }

    private void probeAll() throws InterruptedException {
        if (probes.isEmpty()) {
            target.accounts().forEach(account -> probes.add(new LoopProbe(account)));
        }
        rounds++;
        List<CompletableFuture<?>> results = new ArrayList<>();
        probes.forEach(probe -> results.add(probe.probe(rounds)));
        boolean allSucceeded = true;
        for (int i = 0; i < results.size(); i++) {
            boolean succeeded = probes.get(i).hasSucceeded(results.get(i));
            target.probed(succeeded);
            allSucceeded &= succeeded;
        }
        String dead = probes.stream()
                .filter(LoopProbe::isDead)
                .map(probe -> Integer.toString(probe.account.loop()))
                .collect(Collectors.joining(", "));
        if (!dead.isEmpty()) {
            goodRounds = 0;
            restarts++;
            restart("the MQTT broker's session loop " + dead + " does not answer");
        } else if (allSucceeded) {
            target.healthy();
            goodRounds++;
            restarts = goodRounds < GOOD_ROUNDS ? restarts : 0;
        } else {
            goodRounds = 0;
        }
    }

    private void restart(String reason) {
        probes.forEach(LoopProbe::closeCanary);
        probes.clear();
        target.restart(reason);
    }

    /** The canary of one loop, and its failed rounds. Used on the watchdog's thread. */
    private final class LoopProbe {
        private final Canaries.Account account;
        private Probe canary;
        private long doneBefore;
        private int failedRounds;
        private int busyRounds;

        private LoopProbe(Canaries.Account account) {
            this.account = account;
            this.canary = target.openCanary(account);
        }

        private CompletableFuture<?> probe(long round) {
            doneBefore = target.commandsDone(account.loop());
            return canary.probe(round);
        }

        /** Waits for the result, which comes at the latest when the canary's time is up. */
        private boolean hasSucceeded(CompletableFuture<?> result) throws InterruptedException {
            try {
                result.get();
                failedRounds = 0;
                busyRounds = 0;
                return true;
            } catch (ExecutionException failure) {
                boolean busy = target.commandsDone(account.loop()) > doneBefore;
                if (busy) {
                    busyRounds++;
                    target.busy(account.loop());
                } else {
                    failedRounds++;
                }
                if (thread.isShutdown()) {
                    return false;
                }
                LOG.warn(
                        "the canary on session loop {}, which is {}, got no signal: {}",
                        account.loop(),
                        busy ? "busy" : "idle or dead",
                        failure.toString());
                // the failure may be the client's own, so the next round gets a new one
                canary.close();
                canary = target.openCanary(account);
                return false;
            }
        }

        private boolean isDead() {
            int needed = failedRoundsMax << Math.min(restarts, DOUBLINGS_MAX);
            return failedRounds >= needed || failedRounds + busyRounds >= BUSY_ROUNDS_FACTOR * needed;
        }

        private void closeCanary() {
            canary.close();
        }
    }
}

package io.bellwire.broker;

import io.bellwire.log.TimerThread;
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
 * Listens for one canary on each session loop, and has the broker revived when one is not heard for several rounds in a
 * row. Has a thread of its own, on which it also calls its patient; its first round is an interval after it was made,
 * when whoever started the broker has had what it wanted. Thread-safe.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final Patient patient;
    private final int tolerated;
    private final TimerThread thread = new TimerThread("mqtt-watchdog");
    private final List<Perch> perches = new ArrayList<>();
    private long rounds;

    /** @param tolerated failed rounds in a row, from 1, after which a loop counts as dead */
    Watchdog(Patient patient, Duration interval, int tolerated) {
        this.patient = patient;
        this.tolerated = tolerated;
        var unused = thread.scheduleWithFixedDelay(
                this::round, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is watched. Called on the watchdog's thread, where it may block. */
    interface Patient {
        boolean isListening();

        /** The accounts of its canaries as of now. */
        List<Canaries.Account> accounts();

        Canary hatch(Canaries.Account account);

        /** One of its canaries was heard, or was not. */
        void listened(boolean heard);

        /** All its canaries were heard in the same round. */
        void well();

        /** Starts anew. The symptom is one line; the accounts are others afterwards. */
        void revive(String symptom);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    @SuppressWarnings("CatchingUnchecked") // a round that throws would be the last
    private void round() {
        try {
            if (patient.isListening()) {
                listen();
            } else {
                restart("the MQTT broker does not listen");
            }
        } catch (RuntimeException bug) {
            LOG.error("a round of the watchdog has failed", bug);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            if (thread.isShutdown()) {
                perches.forEach(Perch::leave);
            }
        }
    }

    private void listen() throws InterruptedException {
        if (perches.isEmpty()) {
            patient.accounts().forEach(account -> perches.add(new Perch(account)));
        }
        rounds++;
        List<CompletableFuture<?>> songs = new ArrayList<>();
        perches.forEach(perch -> songs.add(perch.sing(rounds)));
        boolean allHeard = true;
        for (int i = 0; i < songs.size(); i++) {
            boolean heard = perches.get(i).isHeard(songs.get(i));
            patient.listened(heard);
            allHeard &= heard;
        }
        String dead = perches.stream()
                .filter(perch -> perch.missed >= tolerated)
                .map(perch -> Integer.toString(perch.account.loop()))
                .collect(Collectors.joining(", "));
        if (!dead.isEmpty()) {
            restart("the MQTT broker's session loop " + dead + " does not answer");
        } else if (allHeard) {
            patient.well();
        }
    }

    private void restart(String symptom) {
        perches.forEach(Perch::leave);
        perches.clear();
        patient.revive(symptom);
    }

    /** The place of one loop's canary. Used on the watchdog's thread. */
    private final class Perch {
        private final Canaries.Account account;
        private Canary canary;
        private int missed;

        private Perch(Canaries.Account account) {
            this.account = account;
            this.canary = patient.hatch(account);
        }

        private CompletableFuture<?> sing(long round) {
            return canary.sing(round);
        }

        /** Waits for the song, which ends in time by itself. */
        private boolean isHeard(CompletableFuture<?> song) throws InterruptedException {
            try {
                song.get();
                missed = 0;
                return true;
            } catch (ExecutionException unheard) {
                missed++;
                if (thread.isShutdown()) {
                    return false;
                }
                LOG.warn("the canary on session loop {} was not heard: {}", account.loop(), unheard.toString());
                // a client in doubt is no witness
                canary.close();
                canary = patient.hatch(account);
                return false;
            }
        }

        private void leave() {
            canary.close();
        }
    }
}

package io.bellwire.fleet;

import io.bellwire.receiver.AppliedWork;
import io.bellwire.receiver.CallOutcome;
import io.bellwire.receiver.PartnerReceiver;
import io.bellwire.receiver.ReceiverFaults;
import io.bellwire.receiver.ReceiverKey;
import io.bellwire.receiver.ReceiverObserver;
import io.bellwire.receiver.ReceiverSettings;
import io.bellwire.receiver.ReceiverTotals;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One simulated partner: a receiver that can be killed and started again at the same URL, and the disk that outlives it.
 * Thread-safe.
 */
public final class FleetPartner {
    private static final int BINDS_MAX = 20;

    private final String id;
    private final PartnerReceiver.@Nullable Reading reading;
    private final SplittableRandom random;
    private final Clock clock;
    private final PartnerDisk disk = new PartnerDisk();
    private final Map<CallOutcome, Long> callsBefore = new EnumMap<>(CallOutcome.class);
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private List<ReceiverKey> keys = List.of();
    private ReceiverFaults faults = ReceiverFaults.NONE;
    private long replaysBefore;
    private long replayedBefore;
    private long incompleteReplaysBefore;
    private @Nullable PartnerReceiver receiver;
    private @Nullable URI url;

    /** @param reading null for a partner that only receives calls */
    FleetPartner(String id, PartnerReceiver.@Nullable Reading reading, SplittableRandom random, Clock clock) {
        this.id = id;
        this.reading = reading;
        this.random = random;
        this.clock = clock;
    }

    public String id() {
        return id;
    }

    /** Where it is called; the same for its whole life. It must have been started once. */
    public synchronized URI url() {
        if (url == null) {
            throw new IllegalStateException("partner " + id + " was never started");
        }
        return url;
    }

    /** Verifies with these keys from now on: those of its endpoint, or the new ones after they were rotated. */
    public synchronized void setKeys(List<ReceiverKey> newKeys) throws IOException {
        keys = List.copyOf(newKeys);
        restart();
    }

    synchronized void setFaults(ReceiverFaults newFaults) throws IOException {
        faults = newFaults;
        restart();
    }

    private void restart() throws IOException {
        if (receiver != null) {
            kill();
            boot();
        }
    }

    /** Starts its process. Without keys it refuses every call. */
    synchronized void boot() throws IOException {
        if (receiver != null) {
            return;
        }
        ReceiverSettings settings = new ReceiverSettings(keys, true, reading == null ? "" : id, faults);
        PartnerReceiver started = null;
        for (int binds = 1; started == null; binds++) {
            try {
                started = new PartnerReceiver(
                        settings,
                        new PartnerReceiver.Listen(address, null),
                        disk.mount(),
                        reading,
                        ReceiverObserver.NONE,
                        random.split(),
                        clock);
            } catch (BindException taken) {
                // while it was away, an outgoing connection may have drawn its port and be holding it for a moment
                if (binds == BINDS_MAX) {
                    throw taken;
                }
            }
        }
        receiver = started;
        url = started.url();
        address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), started.url().getPort());
    }

    /** Ends its process as {@code kill -9} would: calls that are being answered get no answer. */
    synchronized void kill() {
        if (receiver != null) {
            receiver.close();
            ReceiverTotals totals = receiver.totals();
            totals.calls().forEach((result, count) -> callsBefore.merge(result, count, Long::sum));
            replaysBefore += totals.replays();
            replayedBefore += totals.replayed();
            incompleteReplaysBefore += totals.incompleteReplays();
            receiver = null;
            disk.mount(); // what the old process still does is not kept
        }
    }

    /**
     * Ends its process and takes the newest that it has applied from its disk, as if a backup was restored. One that only
     * receives calls cannot get it again, and keeps it.
     *
     * @param lost calls, or pages of the feed
     */
    synchronized void killAndRestoreBackup(int lost) {
        kill();
        if (reading != null) {
            disk.restoreBackup(lost);
        }
    }

    /** Whether its present process knows that it lacks a change; one that only receives calls does not know. */
    synchronized boolean hasGap() {
        return receiver != null && receiver.hasGap();
    }

    /** How many replays have begun that it has asked for, over all its processes. */
    public synchronized long replays() {
        return replaysBefore + (receiver == null ? 0 : receiver.totals().replays());
    }

    /** How many of these have ended without having brought all that they were to bring. */
    public synchronized long incompleteReplays() {
        return incompleteReplaysBefore
                + (receiver == null ? 0 : receiver.totals().incompleteReplays());
    }

    /** How many of the changes that it has applied were brought by replays, over all its processes. */
    public synchronized long replayed() {
        return replayedBefore + (receiver == null ? 0 : receiver.totals().replayed());
    }

    /** How many calls had each result, over all its processes. */
    public synchronized Map<CallOutcome, Long> calls() {
        Map<CallOutcome, Long> all = new EnumMap<>(CallOutcome.class);
        all.putAll(callsBefore);
        if (receiver != null) {
            receiver.totals().calls().forEach((result, count) -> all.merge(result, count, Long::sum));
        }
        return all;
    }

    /** The cursor that its present process has acknowledged last; empty for none. */
    public synchronized String acknowledged() {
        ReceiverTotals totals = receiver == null ? null : receiver.totals();
        return totals == null ? "" : totals.acknowledged();
    }

    /** All that it has applied, oldest first. */
    public List<AppliedWork> journal() {
        return disk.journal();
    }
}

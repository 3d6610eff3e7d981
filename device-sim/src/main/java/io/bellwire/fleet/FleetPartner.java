package io.bellwire.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.receiver.AppliedWork;
import io.bellwire.receiver.CallEvent;
import io.bellwire.receiver.CallOutcome;
import io.bellwire.receiver.PartnerReceiver;
import io.bellwire.receiver.ReceiverClocks;
import io.bellwire.receiver.ReceiverFaults;
import io.bellwire.receiver.ReceiverKey;
import io.bellwire.receiver.ReceiverObserver;
import io.bellwire.receiver.ReceiverSettings;
import io.bellwire.receiver.ReceiverTotals;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * One simulated partner: a receiver that can be killed and started again at the same URL, and the disk that outlives it.
 * Thread-safe.
 */
public final class FleetPartner {
    private static final int BINDS_MAX = 20;
    private static final String MISSED = "io.bellwire.endpoint.missed";

    private final String id;
    private final PartnerReceiver.@Nullable Reading reading;
    private final SplittableRandom random;
    private final ReceiverClocks clocks;
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
    /** Holds its port while it is away, so that no outgoing connection can draw it: calls are refused. */
    private @Nullable Socket placeholder;

    /** Filled while the receiver holds its lock, and therefore without this object's. */
    private final NavigableMap<Long, Long> missed = new ConcurrentSkipListMap<>();

    /** @param reading null for a partner that only receives calls */
    FleetPartner(String id, PartnerReceiver.@Nullable Reading reading, SplittableRandom random, ReceiverClocks clocks) {
        this.id = id;
        this.reading = reading;
        this.random = random;
        this.clocks = clocks;
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

    /** Misbehaves so from now on; a process that behaves otherwise is killed and started again. */
    synchronized void setFaults(ReceiverFaults newFaults) throws IOException {
        if (!newFaults.equals(faults)) {
            faults = newFaults;
            restart();
        }
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
        release();
        PartnerReceiver started = null;
        for (int binds = 1; started == null; binds++) {
            try {
                started = new PartnerReceiver(
                        settings,
                        new PartnerReceiver.Listen(address, null),
                        disk.mount(),
                        reading,
                        new MissedChanges(),
                        random.split(),
                        clocks);
            } catch (BindException taken) {
                // an outgoing connection may have drawn its port just now and be holding it for a moment
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
            hold();
        }
    }

    private void hold() {
        Socket bound = new Socket();
        try {
            bound.setReuseAddress(true);
            bound.bind(address);
            placeholder = bound;
        } catch (IOException taken) {
            close(bound);
        }
    }

    private void release() {
        if (placeholder != null) {
            close(placeholder);
            placeholder = null;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            return;
        }
    }

    /** Kills it for good. */
    synchronized void close() {
        kill();
        release();
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

    /** The path of its feed, which is the {@code source} of its changes. */
    String source() {
        return "/v1/partners/" + id + "/feed";
    }

    /** What retention took before its endpoint had received it, as the server has said: the last revision by the first. */
    public NavigableMap<Long, Long> missed() {
        return Collections.unmodifiableNavigableMap(missed);
    }

    /** All that it has applied, oldest first. */
    public List<AppliedWork> journal() {
        return disk.journal();
    }

    private final class MissedChanges implements ReceiverObserver {
        @Override
        public void applied(CallEvent change) {
            if (change.type().equals(MISSED)) {
                JsonNode data = change.json().path("data");
                missed.merge(
                        data.path("from_revision").asLong(),
                        data.path("to_revision").asLong(),
                        Math::max);
            }
        }

        @Override
        public void reset(String reason) {}

        @Override
        public void replayStarted(String after) {}
    }
}

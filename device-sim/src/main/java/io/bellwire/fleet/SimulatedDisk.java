package io.bellwire.fleet;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.DeviceState;
import io.bellwire.device.FeedChange;
import io.bellwire.device.OrderSnapshot;
import io.bellwire.device.Step;
import io.bellwire.device.state.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a simulated device that outlives its process: the device's state, and the journal that the
 * {@link Verifier} reads. A save changes both or neither. The device never sees the journal. Thread-safe.
 */
public final class SimulatedDisk {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LongSupplier nanos;
    private final LongSupplier connectedSinceNanos;
    private final List<JournalEntry> journal = new ArrayList<>();
    private DeviceState state = DeviceState.FRESH;
    private int mounts;
    private int applied;

    /**
     * @param nanos the journal's clock
     * @param connectedSinceNanos when the device's present connection began; {@link JournalEntry#NOT_CONNECTED} without
     *     one
     */
    public SimulatedDisk(LongSupplier nanos, LongSupplier connectedSinceNanos) {
        this.nanos = nanos;
        this.connectedSinceNanos = connectedSinceNanos;
    }

    /** The store for the device's next process. Saves by earlier processes fail from now on. */
    public synchronized StateStore mount() {
        mounts++;
        return new Mount(mounts);
    }

    /** How many changes and restored orders have taken effect. */
    public synchronized int applied() {
        return applied;
    }

    /** The state that was saved last. */
    public synchronized DeviceState state() {
        return state;
    }

    public synchronized List<JournalEntry> journal() {
        return List.copyOf(journal);
    }

    /** The journal without its first {@code from} entries. */
    synchronized List<JournalEntry> journal(int from) {
        return List.copyOf(journal.subList(from, journal.size()));
    }

    private synchronized void save(int mount, DeviceState next, List<Step> steps) throws IOException {
        if (mount != mounts) {
            throw new IOException("the process that saves has been replaced");
        }
        state = next;
        long at = nanos.getAsLong();
        long since = connectedSinceNanos.getAsLong();
        for (Step step : steps) {
            JournalEntry entry = entry(step, at, since);
            journal.add(entry);
            if (entry.kind() == JournalEntry.Kind.APPLIED || entry.kind() == JournalEntry.Kind.RESTORED) {
                applied++;
            }
        }
    }

    private static JournalEntry entry(Step step, long at, long since) {
        if (step instanceof Step.Applied one) {
            return entry(JournalEntry.Kind.APPLIED, one.change(), at, since);
        }
        if (step instanceof Step.AlreadyApplied one) {
            return entry(JournalEntry.Kind.ALREADY_APPLIED, one.change(), at, since);
        }
        if (step instanceof Step.Restored one) {
            OrderSnapshot order = one.order();
            return new JournalEntry(JournalEntry.Kind.RESTORED, null, order.id(), order.version(), "", at, since);
        }
        if (step instanceof Step.OrdersCleared) {
            return new JournalEntry(JournalEntry.Kind.ORDERS_CLEARED, null, null, 0, "", at, since);
        }
        if (step instanceof Step.Resumed one) {
            return new JournalEntry(JournalEntry.Kind.RESUMED, one.cursor(), null, 0, "", at, since);
        }
        throw new IllegalArgumentException("unknown step " + step);
    }

    private static JournalEntry entry(JournalEntry.Kind kind, FeedChange change, long at, long since) {
        return new JournalEntry(
                kind,
                change.cursor(),
                change.orderId(),
                change.version(),
                change.type(),
                at,
                since,
                change.orderId() == null ? eventId(change) : null);
    }

    private static @Nullable String eventId(FeedChange change) {
        try {
            return JSON.readTree(change.body()).path("originid").textValue();
        } catch (IOException impossible) {
            throw new IllegalStateException("a change that was read as JSON", impossible);
        }
    }

    private final class Mount implements StateStore {
        private final int number;

        private Mount(int number) {
            this.number = number;
        }

        @Override
        public DeviceState load() {
            synchronized (SimulatedDisk.this) {
                return state;
            }
        }

        @Override
        public void save(DeviceState next, List<Step> steps) throws IOException {
            SimulatedDisk.this.save(number, next, steps);
        }
    }
}

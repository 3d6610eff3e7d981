package io.bellwire.fleet;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.Change;
import io.bellwire.device.DeviceState;
import io.bellwire.device.Order;
import io.bellwire.device.Step;
import io.bellwire.state.StateStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What of a simulated device outlives its process: the state, and beside it the journal that the proof is made from. A
 * save changes both or neither. The device never sees the journal. Thread-safe.
 */
public final class Disk {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LongSupplier nanos;
    private final LongSupplier connectedSinceNanos;
    private final List<Entry> journal = new ArrayList<>();
    private DeviceState state = DeviceState.FRESH;
    private int mounts;
    private int applied;

    /**
     * @param nanos the time, for the journal
     * @param connectedSinceNanos since when the device is connected, {@link Entry#NOT_CONNECTED} if it is not
     */
    public Disk(LongSupplier nanos, LongSupplier connectedSinceNanos) {
        this.nanos = nanos;
        this.connectedSinceNanos = connectedSinceNanos;
    }

    /** For the next process. The one before can save nothing any more, as befits the dead. */
    public synchronized StateStore mount() {
        mounts++;
        return new Mount(mounts);
    }

    /** How many changes and restored orders have taken effect. */
    public synchronized int applied() {
        return applied;
    }

    /** What was saved last. */
    public synchronized DeviceState state() {
        return state;
    }

    public synchronized List<Entry> journal() {
        return List.copyOf(journal);
    }

    /** The journal without its first {@code from} entries. */
    synchronized List<Entry> journal(int from) {
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
            Entry entry = entry(step, at, since);
            journal.add(entry);
            if (entry.kind() == Entry.Kind.APPLIED || entry.kind() == Entry.Kind.RESTORED) {
                applied++;
            }
        }
    }

    private static Entry entry(Step step, long at, long since) {
        if (step instanceof Step.Applied one) {
            return entry(Entry.Kind.APPLIED, one.change(), at, since);
        }
        if (step instanceof Step.Known one) {
            return entry(Entry.Kind.KNOWN, one.change(), at, since);
        }
        if (step instanceof Step.Restored one) {
            Order order = one.order();
            return new Entry(Entry.Kind.RESTORED, null, order.id(), order.version(), "", at, since);
        }
        if (step instanceof Step.Forgotten) {
            return new Entry(Entry.Kind.FORGOTTEN, null, null, 0, "", at, since);
        }
        if (step instanceof Step.Resumed one) {
            return new Entry(Entry.Kind.RESUMED, one.cursor(), null, 0, "", at, since);
        }
        throw new IllegalArgumentException("unknown step " + step);
    }

    private static Entry entry(Entry.Kind kind, Change change, long at, long since) {
        return new Entry(
                kind,
                change.cursor(),
                change.orderId(),
                change.version(),
                change.type(),
                at,
                since,
                change.orderId() == null ? eventId(change) : null);
    }

    private static @Nullable String eventId(Change change) {
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
            synchronized (Disk.this) {
                return state;
            }
        }

        @Override
        public void save(DeviceState next, List<Step> steps) throws IOException {
            Disk.this.save(number, next, steps);
        }
    }
}

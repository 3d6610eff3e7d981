package io.bellwire.fleet;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what each device applied with what the server had acknowledged. Uses nothing of what the devices decide by:
 * only the journals, and the truth. Not thread-safe; one for each check.
 */
public final class Verifier {
    private final AcknowledgedOrders truth;
    private final boolean isWhole;
    private long applied;
    private long lost;
    private long appliedTwice;
    private long outOfOrder;
    private long foreign;
    private @Nullable String firstOffence;

    public Verifier(AcknowledgedOrders truth) {
        this(truth, true);
    }

    /**
     * @param isWhole whether the truth has all that was written; not so if writes were under way whose answers nobody waited
     *     for: what it does not know may then be one of those, but what it knows is judged as ever
     */
    Verifier(AcknowledgedOrders truth, boolean isWhole) {
        this.truth = truth;
        this.isWhole = isWhole;
    }

    /** Reads one device's journal. */
    public void check(DeviceId device, List<JournalEntry> journal) {
        Reading reading = new Reading(device);
        journal.forEach(reading::read);
        reading.end();
    }

    public VerificationResult verdict() {
        return new VerificationResult(applied, lost, appliedTwice, outOfOrder, foreign, firstOffence);
    }

    private void offence(DeviceId device, String what) {
        if (firstOffence == null) {
            firstOffence = device + ": " + what;
        }
    }

    private final class Reading {
        private final DeviceId device;
        private final Set<DeviceCursor> served = new HashSet<>();
        private final Map<String, Long> versions = new HashMap<>();
        private final Set<String> events = new HashSet<>();
        private final Map<String, Long> numbers = new HashMap<>();
        private @Nullable DeviceCursor place;
        private boolean restoredBefore;
        /** Changes that the device never saw, as retention had taken them before it came: they may have been events. */
        private long passedOver;

        private Reading(DeviceId device) {
            this.device = device;
        }

        private void read(JournalEntry entry) {
            DeviceCursor cursor = entry.cursor();
            switch (entry.kind()) {
                case RESUMED -> {
                    // The feed may bring again what the snapshot held, under numbers that may have been used before.
                    passedOver += passedOver(cursor);
                    place = cursor;
                    served.clear();
                    restoredBefore = true;
                }
                case FORGOTTEN -> {
                    // Whatever the device had has to come again.
                    versions.clear();
                    events.clear();
                    numbers.clear();
                    restoredBefore = true;
                }
                case RESTORED -> {
                    restoredBefore = true;
                    takeEffect(entry);
                }
                case KNOWN -> {
                    follow(entry, cursor);
                    if (!restoredBefore) {
                        appliedTwice++;
                        offence(device, "served again though no snapshot came between: " + entry.describe());
                    }
                }
                case APPLIED -> {
                    if (follow(entry, cursor)) {
                        takeEffect(entry);
                    }
                }
            }
        }

        /** Whether the change was not served before; if it was, it is counted here. */
        private boolean follow(JournalEntry entry, @Nullable DeviceCursor cursor) {
            if (cursor == null) {
                throw new IllegalArgumentException("a change without a place: " + entry.describe());
            }
            if (!served.add(cursor)) {
                appliedTwice++;
                offence(device, "applied twice: " + entry.describe());
                return false;
            }
            long expected = place == null ? 1 : place.revision() + 1;
            boolean sameLog = place == null || place.epoch().equals(cursor.epoch());
            if (!sameLog || cursor.revision() != expected) {
                outOfOrder++;
                offence(device, "out of order, revision " + expected + " was due: " + entry.describe());
            }
            place = cursor;
            return true;
        }

        private long passedOver(@Nullable DeviceCursor cursor) {
            boolean sameLog = place == null || cursor == null || place.epoch().equals(cursor.epoch());
            if (cursor == null || !sameLog) {
                return 0;
            }
            return Math.max(0, cursor.revision() - (place == null ? 0 : place.revision()));
        }

        private void takeEffect(JournalEntry entry) {
            applied++;
            if (entry.eventId() != null) {
                takeEvent(entry, entry.eventId());
                return;
            }
            String orderId = entry.orderId();
            AcknowledgedOrders.Placed placed = orderId == null ? null : truth.find(orderId);
            if (orderId != null && placed == null && !isWhole) {
                return;
            }
            if (orderId == null || placed == null) {
                foreign++;
                offence(device, "never ordered: " + entry.describe());
                return;
            }
            if (!placed.device().equals(device)) {
                foreign++;
                offence(device, "meant for " + placed.device() + ": " + entry.describe());
                return;
            }
            long before = versions.getOrDefault(orderId, 0L);
            if (entry.version() <= before) {
                appliedTwice++;
                offence(device, "applied twice: " + entry.describe());
                return;
            }
            if (entry.kind() == JournalEntry.Kind.APPLIED && entry.version() != before + 1 && !restoredBefore) {
                outOfOrder++;
                offence(device, "out of order, version " + (before + 1) + " was due: " + entry.describe());
            }
            versions.put(orderId, entry.version());
        }

        private void takeEvent(JournalEntry entry, String eventId) {
            AcknowledgedOrders.Told told = truth.findEvent(eventId);
            if (told == null && !isWhole) {
                return;
            }
            if (told == null || !told.devices().contains(device)) {
                foreign++;
                offence(device, (told == null ? "never told: " : "told to others: ") + entry.describe());
            } else if (!events.add(eventId)) {
                appliedTwice++;
                offence(device, "applied twice: " + entry.describe());
            } else if (told.group() != null) {
                Long before = numbers.put(told.group(), told.number());
                if (before != null && before >= told.number()) {
                    outOfOrder++;
                    offence(device, "after event " + before + " of the same group: " + entry.describe());
                }
            }
        }

        private void end() {
            for (String orderId : truth.ordersOf(device).keySet()) {
                Long has = versions.get(orderId);
                if (has == null) {
                    lost++;
                    offence(device, "lost: order " + orderId);
                } else if (has < truth.versionOf(orderId)) {
                    lost++;
                    offence(device, "lost: version " + truth.versionOf(orderId) + " of order " + orderId);
                }
            }
            for (String eventId : truth.eventsOf(device)) {
                if (!events.contains(eventId) && passedOver-- <= 0) {
                    lost++;
                    offence(device, "lost: event " + eventId);
                }
            }
        }
    }
}

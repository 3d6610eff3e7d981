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
 * Compares what each device applied with what the server had acknowledged. Shares no code with the devices: it uses
 * only their journals and the acknowledged orders. Not thread-safe; one for each check.
 */
public final class Verifier {
    private final AcknowledgedOrders acknowledged;
    private final boolean isComplete;
    private long applied;
    private long lost;
    private long appliedTwice;
    private long outOfOrder;
    private long foreign;
    private @Nullable String firstViolation;

    public Verifier(AcknowledgedOrders acknowledged) {
        this(acknowledged, true);
    }

    /**
     * @param isComplete whether {@code acknowledged} has all that was written. It does not if writes were under way
     *     whose answers nobody waited for: an unknown order may then be one of those writes; a known one is checked as
     *     usual
     */
    Verifier(AcknowledgedOrders acknowledged, boolean isComplete) {
        this.acknowledged = acknowledged;
        this.isComplete = isComplete;
    }

    /** Checks one device's journal. */
    public void check(DeviceId device, List<JournalEntry> journal) {
        Reading reading = new Reading(device);
        journal.forEach(reading::read);
        reading.end();
    }

    public VerificationResult result() {
        return new VerificationResult(applied, lost, appliedTwice, outOfOrder, foreign, firstViolation);
    }

    private void violation(DeviceId device, String what) {
        if (firstViolation == null) {
            firstViolation = device + ": " + what;
        }
    }

    private final class Reading {
        private final DeviceId device;
        private final Set<DeviceCursor> served = new HashSet<>();
        private final Map<String, Long> versions = new HashMap<>();
        private final Set<String> events = new HashSet<>();
        private final Map<String, Long> numbers = new HashMap<>();
        private @Nullable DeviceCursor position;
        private boolean restoredBefore;
        /** Changes that the device never read, as retention had removed them before: they may have been events. */
        private long passedOver;

        private Reading(DeviceId device) {
            this.device = device;
        }

        private void read(JournalEntry entry) {
            DeviceCursor cursor = entry.cursor();
            switch (entry.kind()) {
                case RESUMED -> {
                    // The feed may repeat what the snapshot held, under revisions that may have been used before.
                    passedOver += passedOver(cursor);
                    position = cursor;
                    served.clear();
                    restoredBefore = true;
                }
                case ORDERS_CLEARED -> {
                    // The device has to receive again all that it had.
                    versions.clear();
                    events.clear();
                    numbers.clear();
                    restoredBefore = true;
                }
                case RESTORED -> {
                    restoredBefore = true;
                    takeEffect(entry);
                }
                case ALREADY_APPLIED -> {
                    follow(entry, cursor);
                    if (!restoredBefore) {
                        appliedTwice++;
                        violation(device, "served again though no snapshot came between: " + entry.describe());
                    }
                }
                case APPLIED -> {
                    if (follow(entry, cursor)) {
                        takeEffect(entry);
                    }
                }
            }
        }

        /** Returns whether the change was served for the first time; counts it as applied twice if not. */
        private boolean follow(JournalEntry entry, @Nullable DeviceCursor cursor) {
            if (cursor == null) {
                throw new IllegalArgumentException("a change without a place: " + entry.describe());
            }
            if (!served.add(cursor)) {
                appliedTwice++;
                violation(device, "applied twice: " + entry.describe());
                return false;
            }
            long expected = position == null ? 1 : position.revision() + 1;
            boolean sameLog = position == null || position.epoch().equals(cursor.epoch());
            if (!sameLog || cursor.revision() != expected) {
                outOfOrder++;
                violation(device, "out of order, revision " + expected + " was due: " + entry.describe());
            }
            position = cursor;
            return true;
        }

        private long passedOver(@Nullable DeviceCursor cursor) {
            boolean sameLog =
                    position == null || cursor == null || position.epoch().equals(cursor.epoch());
            if (cursor == null || !sameLog) {
                return 0;
            }
            return Math.max(0, cursor.revision() - (position == null ? 0 : position.revision()));
        }

        private void takeEffect(JournalEntry entry) {
            applied++;
            if (entry.eventId() != null) {
                takeEvent(entry, entry.eventId());
                return;
            }
            String orderId = entry.orderId();
            AcknowledgedOrders.Placed placed = orderId == null ? null : acknowledged.find(orderId);
            if (orderId != null && placed == null && !isComplete) {
                return;
            }
            if (orderId == null || placed == null) {
                foreign++;
                violation(device, "never ordered: " + entry.describe());
                return;
            }
            if (!placed.device().equals(device)) {
                foreign++;
                violation(device, "meant for " + placed.device() + ": " + entry.describe());
                return;
            }
            long before = versions.getOrDefault(orderId, 0L);
            if (entry.version() <= before) {
                appliedTwice++;
                violation(device, "applied twice: " + entry.describe());
                return;
            }
            if (entry.kind() == JournalEntry.Kind.APPLIED && entry.version() != before + 1 && !restoredBefore) {
                outOfOrder++;
                violation(device, "out of order, version " + (before + 1) + " was due: " + entry.describe());
            }
            versions.put(orderId, entry.version());
        }

        private void takeEvent(JournalEntry entry, String eventId) {
            AcknowledgedOrders.AcknowledgedEvent eventAcknowledged = acknowledged.findEvent(eventId);
            if (eventAcknowledged == null && !isComplete) {
                return;
            }
            if (eventAcknowledged == null || !eventAcknowledged.devices().contains(device)) {
                foreign++;
                violation(device, (eventAcknowledged == null ? "never told: " : "told to others: ") + entry.describe());
            } else if (!events.add(eventId)) {
                appliedTwice++;
                violation(device, "applied twice: " + entry.describe());
            } else if (eventAcknowledged.group() != null) {
                Long before = numbers.put(eventAcknowledged.group(), eventAcknowledged.number());
                if (before != null && before >= eventAcknowledged.number()) {
                    outOfOrder++;
                    violation(device, "after event " + before + " of the same group: " + entry.describe());
                }
            }
        }

        private void end() {
            for (String orderId : acknowledged.ordersOf(device).keySet()) {
                Long appliedVersion = versions.get(orderId);
                if (appliedVersion == null) {
                    lost++;
                    violation(device, "lost: order " + orderId);
                } else if (appliedVersion < acknowledged.versionOf(orderId)) {
                    lost++;
                    violation(device, "lost: version " + acknowledged.versionOf(orderId) + " of order " + orderId);
                }
            }
            for (String eventId : acknowledged.eventsOf(device)) {
                if (!events.contains(eventId) && passedOver-- <= 0) {
                    lost++;
                    violation(device, "lost: event " + eventId);
                }
            }
        }
    }
}

package io.bellwire.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a device stores: the cursor of its feed, and which version it has of each order. The versions are needed only
 * after a snapshot, because feed and snapshot overlap there. Only the {@value #ORDERS_MAX} orders that were added last
 * are kept, so that the state stays small. Immutable.
 *
 * @param cursor null before the first answer
 * @param versions the highest version applied, by order id, in the order in which the orders were added
 * @param applied how many changes and restored orders have been applied in the device's life
 */
public record DeviceState(@Nullable DeviceCursor cursor, Map<String, Long> versions, long applied) {
    /** A snapshot of more orders than this may apply the oldest of them a second time. */
    public static final int ORDERS_MAX = 10_000;

    /** A device that has never read anything. */
    public static final DeviceState FRESH = new DeviceState(null, Map.of(), 0);

    public DeviceState {
        if (versions.size() > ORDERS_MAX) {
            throw new IllegalArgumentException("at most " + ORDERS_MAX + " orders, are " + versions.size());
        }
        if (applied < 0) {
            throw new IllegalArgumentException("applied must not be negative, is " + applied);
        }
        versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    }

    /** The highest version of the order that has been applied; 0 if none has. */
    public long versionOf(String orderId) {
        return versions.getOrDefault(orderId, 0L);
    }

    Draft draft() {
        return new Draft(this);
    }

    /** Builds the next state; a page then costs one copy of the versions instead of one for each change. */
    static final class Draft {
        private final Map<String, Long> versions;
        private @Nullable DeviceCursor cursor;
        private long applied;

        private Draft(DeviceState from) {
            versions = new LinkedHashMap<>(from.versions);
            cursor = from.cursor;
            applied = from.applied;
        }

        /** Removes all orders, because they are of another log: any version that follows is news. */
        void clearOrders() {
            versions.clear();
        }

        void setCursor(DeviceCursor newCursor) {
            cursor = newCursor;
        }

        /** Applies the version, and returns true, if it is higher than the known one or {@code orderId} is null. */
        boolean apply(@Nullable String orderId, long version) {
            if (orderId != null) {
                Long known = versions.get(orderId);
                if (known != null && known >= version) {
                    return false;
                }
                versions.put(orderId, version);
                if (versions.size() > ORDERS_MAX) {
                    Iterator<String> oldest = versions.keySet().iterator();
                    oldest.next();
                    oldest.remove();
                }
            }
            applied++;
            return true;
        }

        /** Applies {@code changes} in their order, moves the cursor to the last one, and returns a step for each. */
        List<Step> applyAll(List<FeedChange> changes) {
            List<Step> steps = new ArrayList<>(changes.size());
            for (FeedChange change : changes) {
                boolean isNews = apply(change.orderId(), change.version());
                steps.add(isNews ? new Step.Applied(change) : new Step.AlreadyApplied(change));
                setCursor(change.cursor());
            }
            return steps;
        }

        DeviceState build() {
            return new DeviceState(cursor, versions, applied);
        }
    }
}

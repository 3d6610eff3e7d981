package io.bellwire.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a device has to remember: where it is in its feed, and which orders it knows in which version. The versions
 * matter after a snapshot alone, where feed and snapshot overlap; only the {@value #ORDERS_MAX} orders first heard of
 * last are kept, so that the state stays small for good. Immutable.
 *
 * @param cursor null before the first answer
 * @param versions the highest version applied, by order id, in the order in which the orders were first heard of
 * @param applied how many changes and restored orders have ever taken effect
 */
public record DeviceState(@Nullable DeviceCursor cursor, Map<String, Long> versions, long applied) {
    /** A snapshot of more orders than this may bring the oldest of them to effect a second time. */
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

    /** The highest version of the order that has taken effect, 0 if none has. */
    public long versionOf(String orderId) {
        return versions.getOrDefault(orderId, 0L);
    }

    Draft draft() {
        return new Draft(this);
    }

    /** A state in the making, so that a page costs one copy and not one for each change. */
    static final class Draft {
        private final Map<String, Long> versions;
        private @Nullable DeviceCursor cursor;
        private long applied;

        private Draft(DeviceState from) {
            versions = new LinkedHashMap<>(from.versions);
            cursor = from.cursor;
            applied = from.applied;
        }

        /** What is known of orders is of another log: whatever version comes next is news. */
        void forgetOrders() {
            versions.clear();
        }

        void moveTo(DeviceCursor place) {
            cursor = place;
        }

        /** Whether {@code version} is news; if so, it has taken effect from now on. */
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

        /** Lets {@code changes} take effect in their order; the steps that this makes. */
        List<Step> take(List<FeedChange> changes) {
            List<Step> steps = new ArrayList<>(changes.size());
            for (FeedChange change : changes) {
                boolean news = apply(change.orderId(), change.version());
                steps.add(news ? new Step.Applied(change) : new Step.Known(change));
                moveTo(change.cursor());
            }
            return steps;
        }

        DeviceState done() {
            return new DeviceState(cursor, versions, applied);
        }
    }
}

package io.bellwire.world;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.FeedChange;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ListedChange;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.SignalTier;
import io.bellwire.device.net.SignalJson;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Checks each signal against the log, and each served change against earlier answers with the same cursor; keeps the
 * first violation. One thread.
 */
final class WorldObserver {
    private final Map<SignalTier, Long> messages = new EnumMap<>(SignalTier.class);
    private long alarms;
    private long reduced;
    private long spread;
    private @Nullable String violation;
    /** All changes that were served or signalled, by device and cursor. */
    private final Map<String, FeedChange> changesSeen = new HashMap<>();
    /** The keys of those changes that the log has lost with its end. */
    private final Set<String> lost = new HashSet<>();

    private Set<String> expectedReasons = Set.of();
    private final Map<String, Long> resets = new HashMap<>();

    /** The first violation; null if there is none. */
    @Nullable String violation() {
        return violation;
    }

    /** How many signals of the tier were sent. */
    long messages(SignalTier tier) {
        return messages.getOrDefault(tier, 0L);
    }

    /** How many signals were sent on the topic of alarms. */
    long alarms() {
        return alarms;
    }

    /** How many signals were reduced to a lower tier than their route's. */
    long reduced() {
        return reduced;
    }

    /** How many signals carried a spread. */
    long spread() {
        return spread;
    }

    /** How many reads from lost changes were refused with this reason. */
    long resets(String reason) {
        return resets.getOrDefault(reason, 0L);
    }

    /**
     * Notes that the log has lost each device's changes after the revision in {@code heads}.
     *
     * @param lostOrders gets the orders in these changes
     */
    void noteLoss(boolean newEpoch, ToLongFunction<DeviceId> heads, BiConsumer<DeviceId, String> lostOrders) {
        expectedReasons = newEpoch ? Set.of("epoch-changed") : Set.of("cursor-not-in-log", "ahead-of-log");
        changesSeen.forEach((name, change) -> {
            DeviceId device = new DeviceId(name.substring(0, name.indexOf(' ')));
            if (change.cursor().revision() > heads.applyAsLong(device)) {
                lost.add(name);
                if (change.orderId() != null) {
                    lostOrders.accept(device, change.orderId());
                }
            }
        });
    }

    boolean isLost(DeviceId device, DeviceCursor cursor) {
        return lost.contains(device + " " + cursor);
    }

    /** Checks the answer to a read; {@code isLost} says whether the read continued from a lost change. */
    FetchResult answered(DeviceId device, FetchResult answer, boolean isLost) {
        if (answer instanceof FetchResult.Page page) {
            page.changes().forEach(change -> noteChange(device, change));
            if (isLost) {
                reportViolation(device + " goes on from a change that the log has lost: " + page);
            }
        } else if (isLost && answer instanceof FetchResult.Reset reset) {
            resets.merge(reset.reason(), 1L, Long::sum);
            if (!expectedReasons.contains(reset.reason())) {
                reportViolation(
                        device + " is refused because of " + reset.reason() + ", and not of " + expectedReasons);
            }
        }
        return answer;
    }

    private void noteChange(DeviceId device, FeedChange change) {
        FeedChange before = changesSeen.putIfAbsent(device + " " + change.cursor(), change);
        if (before != null && !before.equals(change)) {
            reportViolation(device + " is told that " + before + " is " + change);
        }
    }

    void reportViolation(String what) {
        if (violation == null) {
            violation = what;
        }
    }

    /**
     * Parses and checks a signal; null if it is malformed or differs from the log, or if its changes are not announced
     * on this topic.
     *
     * @param topic null for an event stream, which carries all changes
     */
    @Nullable ReceivedSignal check(DeviceId device, @Nullable String topic, byte[] payload, WorldServer server) {
        ReceivedSignal signal;
        try {
            signal = SignalJson.parse(payload);
        } catch (IOException malformed) {
            reportViolation(device + " was sent what is no signal: " + malformed.getMessage());
            return null;
        }
        messages.merge(signal.tier(), 1L, Long::sum);
        reduced += signal.reducedFrom() == null ? 0 : 1;
        spread += signal.spreadMillis() == 0 ? 0 : 1;
        // to render them costs more than all else here
        List<FeedChange> kept = signal.tier() == SignalTier.SIGNAL
                ? List.of()
                : server.reads().kept(device, signal.after(), signal.revision());
        boolean isTrue = signal.epoch().equals(server.epoch(device))
                && switch (signal.tier()) {
                    case SIGNAL -> payload.length < 128;
                    case EVENT ->
                        signal.events()
                                .equals(kept.stream().map(WorldObserver::listed).toList());
                    case FULL -> signal.changes().equals(kept);
                };
        if (isTrue
                && topic != null
                && signal.tier() != SignalTier.SIGNAL
                && !WorldTopics.mayCarry(device, topic, kept)) {
            reportViolation(device + " was sent " + signal + " on " + topic + ", but the log has " + kept);
        }
        if (topic != null && topic.endsWith("/alarms")) {
            alarms++;
        }
        if (!isTrue) {
            reportViolation(device + " was sent " + signal + ", but the log has " + kept);
            return null;
        }
        signal.changes().forEach(change -> noteChange(device, change));
        return signal;
    }

    private static ListedChange listed(FeedChange change) {
        return new ListedChange(change.cursor(), change.type(), change.orderId());
    }
}

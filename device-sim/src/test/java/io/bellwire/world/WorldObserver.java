package io.bellwire.world;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.FeedChange;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ListedChange;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.SignalTier;
import io.bellwire.net.SignalJson;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Compares what signals say with what the log has, and what it says of a change with what was said of it before; remembers the first
 * that said something else. One thread.
 */
final class WorldObserver {
    private final Map<SignalTier, Long> heard = new EnumMap<>(SignalTier.class);
    private long reduced;
    private long spread;
    private @Nullable String offence;
    /** All changes that anybody was told of, by device and cursor. */
    private final Map<String, FeedChange> told = new HashMap<>();
    /** Those of them that the log has lost with its end. */
    private final Set<String> lost = new HashSet<>();

    private Set<String> reasonsOfLoss = Set.of();
    private final Map<String, Long> resets = new HashMap<>();

    /** What is wrong, null if nothing is. */
    @Nullable String offence() {
        return offence;
    }

    /** How many messages of the tier there were. */
    long heard(SignalTier tier) {
        return heard.getOrDefault(tier, 0L);
    }

    /** How many messages were of a lower tier than they should have been. */
    long reduced() {
        return reduced;
    }

    /** How many signals asked for polls to be spread. */
    long spread() {
        return spread;
    }

    /** How many reads from lost changes were refused with {@code reason}. */
    long resets(String reason) {
        return resets.getOrDefault(reason, 0L);
    }

    /** Of each device's changes, those after the revision that {@code heads} has are lost. */
    void lose(boolean newEpoch, ToLongFunction<DeviceId> heads) {
        reasonsOfLoss = newEpoch ? Set.of("epoch-changed") : Set.of("cursor-not-in-log", "ahead-of-log");
        told.forEach((name, change) -> {
            DeviceId device = new DeviceId(name.substring(0, name.indexOf(' ')));
            if (change.cursor().revision() > heads.applyAsLong(device)) {
                lost.add(name);
            }
        });
    }

    boolean isLost(DeviceId device, DeviceCursor cursor) {
        return lost.contains(device + " " + cursor);
    }

    /** Notes what a read was answered; {@code isLost} says whether it went on from a change that was lost by then. */
    FetchResult answered(DeviceId device, FetchResult answer, boolean isLost) {
        if (answer instanceof FetchResult.Page page) {
            page.changes().forEach(change -> tell(device, change));
            if (isLost) {
                accuse(device + " goes on from a change that the log has lost: " + page);
            }
        } else if (isLost && answer instanceof FetchResult.Reset reset) {
            resets.merge(reset.reason(), 1L, Long::sum);
            if (!reasonsOfLoss.contains(reset.reason())) {
                accuse(device + " is refused because of " + reset.reason() + ", and not of " + reasonsOfLoss);
            }
        }
        return answer;
    }

    private void tell(DeviceId device, FeedChange change) {
        FeedChange before = told.putIfAbsent(device + " " + change.cursor(), change);
        if (before != null && !before.equals(change)) {
            accuse(device + " is told that " + before + " is " + change);
        }
    }

    void accuse(String what) {
        if (offence == null) {
            offence = what;
        }
    }

    /** The signal that {@code payload} is; null if it is none, or not true. */
    @Nullable ReceivedSignal check(DeviceId device, byte[] payload, WorldServer server) {
        ReceivedSignal signal;
        try {
            signal = SignalJson.parse(payload);
        } catch (IOException malformed) {
            accuse(device + " was sent what is no signal: " + malformed.getMessage());
            return null;
        }
        heard.merge(signal.tier(), 1L, Long::sum);
        reduced += signal.reducedFrom() == null ? 0 : 1;
        spread += signal.spreadMillis() == 0 ? 0 : 1;
        List<FeedChange> kept = server.kept(device, signal.after(), signal.revision());
        boolean isTrue = signal.epoch().equals(server.epoch(device))
                && switch (signal.tier()) {
                    case SIGNAL -> payload.length < 128;
                    case EVENT ->
                        signal.events()
                                .equals(kept.stream().map(WorldObserver::listed).toList());
                    case FULL -> signal.changes().equals(kept);
                };
        if (!isTrue) {
            accuse(device + " was sent " + signal + ", but the log has " + kept);
            return null;
        }
        signal.changes().forEach(change -> tell(device, change));
        return signal;
    }

    private static ListedChange listed(FeedChange change) {
        return new ListedChange(change.cursor(), change.type(), change.orderId());
    }
}

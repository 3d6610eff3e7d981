package io.bellwire.world;

import io.bellwire.device.Change;
import io.bellwire.device.DeviceId;
import io.bellwire.device.Listed;
import io.bellwire.device.Signal;
import io.bellwire.device.Tier;
import io.bellwire.net.SignalJson;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares what signals say with what the log has, and remembers the first that said something else. One thread. */
final class Witness {
    private final Map<Tier, Long> heard = new EnumMap<>(Tier.class);
    private long reduced;
    private long spread;
    private @Nullable String offence;

    /** What is wrong, null if nothing is. */
    @Nullable String offence() {
        return offence;
    }

    /** How many messages of the tier there were. */
    long heard(Tier tier) {
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

    void accuse(String what) {
        if (offence == null) {
            offence = what;
        }
    }

    /** The signal that {@code payload} is; null if it is none, or not true. */
    @Nullable Signal check(DeviceId device, byte[] payload, WorldServer server) {
        Signal signal;
        try {
            signal = SignalJson.parse(payload);
        } catch (IOException malformed) {
            accuse(device + " was sent what is no signal: " + malformed.getMessage());
            return null;
        }
        heard.merge(signal.tier(), 1L, Long::sum);
        reduced += signal.reducedFrom() == null ? 0 : 1;
        spread += signal.spreadMillis() == 0 ? 0 : 1;
        List<Change> kept = server.kept(device, signal.after(), signal.revision());
        boolean isTrue = signal.epoch().equals(server.epoch(device))
                && switch (signal.tier()) {
                    case SIGNAL -> payload.length < 128;
                    case EVENT ->
                        signal.events()
                                .equals(kept.stream().map(Witness::listed).toList());
                    case FULL -> signal.changes().equals(kept);
                };
        if (!isTrue) {
            accuse(device + " was sent " + signal + ", but the log has " + kept);
            return null;
        }
        return signal;
    }

    private static Listed listed(Change change) {
        return new Listed(change.cursor(), change.type(), change.orderId());
    }
}

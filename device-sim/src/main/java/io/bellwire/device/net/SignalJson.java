package io.bellwire.device.net;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FeedChange;
import io.bellwire.device.ListedChange;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.SignalTier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses the JSON of a signal. It is the same on every channel. */
public final class SignalJson {
    /** No server sends a longer signal. */
    private static final int PAYLOAD_BYTES_MAX = 65_536;

    private SignalJson() {}

    /**
     * Parses a signal. Unknown members are ignored, and an unknown tier is read as the tier {@link SignalTier#SIGNAL},
     * because a newer server may send them.
     *
     * @throws IOException that says what is wrong; a payload with one error is rejected as a whole
     */
    public static ReceivedSignal parse(byte[] payload) throws IOException {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IOException("a signal has at most " + PAYLOAD_BYTES_MAX + " bytes, these are " + payload.length);
        }
        RawJson.Members signal = RawJson.of(payload).members();
        if (!signal.get("epoch").isString()) {
            throw new IOException("not a signal: it has no epoch");
        }
        String epoch = signal.string("epoch");
        long revision = signal.wholeNumber("revision");
        long spreadMillis = signal.has("spread_ms") ? signal.wholeNumber("spread_ms") : 0;
        @Nullable SignalTier tier = tier(signal.string("tier"));
        List<ListedChange> events = new ArrayList<>();
        List<FeedChange> changes = List.of();
        @Nullable DeviceCursor from = null;
        if (tier == SignalTier.EVENT) {
            for (RawJson event : nonEmptyArray(signal, "events").elements()) {
                events.add(listedChange(event.members()));
            }
        } else if (tier == SignalTier.FULL) {
            changes = FeedJson.changes(nonEmptyArray(signal, "changes"));
            from = FeedJson.cursor(signal.string("from"));
        }
        if (tier == SignalTier.EVENT || tier == SignalTier.FULL) {
            long after = signal.wholeNumber("after");
            long expected = revision - events.size() - changes.size();
            if (after != expected) {
                throw new IOException("after must be " + expected + ", is " + after);
            }
        }
        try {
            return new ReceivedSignal(
                    epoch, revision, spreadMillis, events, changes, from, tier(signal.string("reduced_from")));
        } catch (IllegalArgumentException contradiction) {
            throw new IOException(contradiction.getMessage(), contradiction);
        }
    }

    private static ListedChange listedChange(RawJson.Members event) throws IOException {
        RawJson order = event.get("order_id");
        ListedChange listed = new ListedChange(
                FeedJson.cursor(event.string("id")), event.string("type"), order.isString() ? order.string() : null);
        long revision = event.wholeNumber("revision");
        if (revision != listed.cursor().revision()) {
            throw new IOException(
                    "event " + listed.cursor() + " has the revision " + revision + ", which is not that of its id");
        }
        return listed;
    }

    private static @Nullable SignalTier tier(String name) {
        return switch (name) {
            case "event" -> SignalTier.EVENT;
            case "full" -> SignalTier.FULL;
            default -> null;
        };
    }

    private static RawJson nonEmptyArray(RawJson.Members signal, String name) throws IOException {
        RawJson array = signal.get(name);
        if (array.elements().isEmpty()) {
            throw new IOException("a signal of this tier must have an array " + name + " that is not empty");
        }
        return array;
    }
}

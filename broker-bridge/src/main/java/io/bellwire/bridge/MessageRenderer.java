package io.bellwire.bridge;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.bellwire.feed.PageJson;
import io.bellwire.feed.RecentChanges;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.route.StoredEventFacts;
import io.bellwire.route.Tier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages of each tier together, one tier lower for as long as the message is too long or what it would tell is
 * not in memory. Used on the bridge's loop.
 */
final class MessageRenderer {
    /** What one message may list; what takes more would take more than any size limit too. */
    static final int CHANGES_MAX = 512;

    private final RecentChanges recent;
    private final EventFactsCache events;

    MessageRenderer(RecentChanges recent, EventFactsCache events) {
        this.recent = recent;
        this.events = events;
    }

    /**
     * The message.
     *
     * @param after the revision before the first change to be told; the last is that of {@code signal}
     * @param bytesMax how long a message above tier signal may be
     */
    Message render(FeedId feed, Signal signal, Tier tier, Revision after, int bytesMax) {
        long count = signal.revision().minus(after);
        if (tier == Tier.SIGNAL) {
            return new Message(signal.payload(), Tier.SIGNAL);
        }
        if (count < 1 || count > CHANGES_MAX) {
            return new Message(signal.payload(tier), Tier.SIGNAL);
        }
        byte[] full = tier == Tier.FULL ? full(feed, signal, after, bytesMax) : null;
        if (full != null) {
            return new Message(full, Tier.FULL);
        }
        byte[] event = event(feed, signal, tier == Tier.EVENT ? null : tier, after, bytesMax);
        return event == null ? new Message(signal.payload(tier), Tier.SIGNAL) : new Message(event, Tier.EVENT);
    }

    /** What came out. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Message(byte[] payload, Tier tier) {}

    private byte @Nullable [] full(FeedId feed, Signal signal, Revision after, int bytesMax) {
        List<Change> changes = changes(feed, signal, after, bytesMax);
        if (changes == null) {
            return null;
        }
        Cursor from = recent.cursorAt(feed, after).orElse(null);
        if (from == null) {
            return null; // nobody could know that the changes follow what it has
        }
        byte[] before = listing(signal, null, Tier.FULL, after)
                .append(",\"from\":\"")
                .append(from)
                .append("\",\"changes\":")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
        byte[] listed = PageJson.render(feed, signal.epoch(), changes);
        int length = before.length + listed.length + 1;
        if (length > bytesMax) {
            return null;
        }
        byte[] message = new byte[length];
        System.arraycopy(before, 0, message, 0, before.length);
        System.arraycopy(listed, 0, message, before.length, listed.length);
        message[length - 1] = '}';
        return message;
    }

    private byte @Nullable [] event(
            FeedId feed, Signal signal, @Nullable Tier reducedFrom, Revision after, int bytesMax) {
        List<Change> changes = changes(feed, signal, after, Long.MAX_VALUE);
        if (changes == null) {
            return null;
        }
        StringBuilder json = listing(signal, reducedFrom, Tier.EVENT, after).append(",\"events\":");
        char separator = '[';
        for (Change change : changes) {
            StoredEventFacts event = events.of(change.event());
            json.append(separator).append("{\"type\":\"");
            JsonStringEncoder.getInstance().quoteAsString(event.type(), json);
            json.append("\",\"id\":\"")
                    .append(new Cursor(signal.epoch(), change.position()))
                    .append('"');
            if (change.event().subject() != null) {
                json.append(",\"order_id\":\"").append(change.event().subject()).append('"');
            }
            json.append(",\"revision\":").append(change.revision().value()).append('}');
            separator = ',';
            if (json.length() > bytesMax) {
                return null;
            }
        }
        byte[] message = json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        return message.length > bytesMax ? null : message;
    }

    private static StringBuilder listing(Signal signal, @Nullable Tier reducedFrom, Tier tier, Revision after) {
        return signal.members(reducedFrom)
                .append(",\"tier\":\"")
                .append(tier.text())
                .append("\",\"after\":")
                .append(after.value());
    }

    /** All from {@code after} up to the signal's revision; null if they are not in memory, or longer than that. */
    private @Nullable List<Change> changes(FeedId feed, Signal signal, Revision after, long bytesMax) {
        int count = Math.toIntExact(signal.revision().minus(after));
        List<Change> changes = recent.after(feed, after, count, bytesMax);
        return changes == null || changes.size() < count ? null : changes;
    }
}

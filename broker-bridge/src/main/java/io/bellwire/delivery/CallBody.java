package io.bellwire.delivery;

import io.bellwire.feed.PageJson;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.log.Timestamps;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.WebhookEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The body of a call, as the feed's PROTOCOL.md has it for webhooks. Immutable by agreement.
 *
 * @param webhookId names what the body carries
 * @param payload the value of the header {@code Bellwire-Payload}
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record CallBody(String webhookId, String contentType, String payload, byte[] bytes) {
    static final String ONE = "application/cloudevents+json";
    static final String BATCH = "application/cloudevents-batch+json";

    /**
     * Changes of a feed. If they are more than {@code bytesMax} bytes, they are carried with a thinner payload, which
     * for one change always fits.
     *
     * @param wanted the payload that the endpoint wants, {@link CallPayload#FULL} or {@link CallPayload#EVENT}
     * @param isRefused whether the endpoint has answered that the wanted payload is too large
     * @param pending how many changes the partner has not processed
     * @param head the cursor of the feed's newest change
     */
    static CallBody of(
            FeedId feed,
            List<Change> changes,
            CallPayload wanted,
            boolean isRefused,
            int bytesMax,
            long pending,
            Cursor head) {
        Epoch epoch = head.epoch();
        Revision first = changes.get(0).revision();
        Revision last = changes.get(changes.size() - 1).revision();
        boolean isOne = changes.size() == 1;
        String id = epoch + "-" + first + (isOne ? "" : "-" + last);
        String type = isOne ? ONE : BATCH;
        if (wanted == CallPayload.FULL && !isRefused) {
            byte[] full = render(feed, epoch, changes);
            if (full.length <= bytesMax) {
                return new CallBody(id, type, wanted.text(), full);
            }
        }
        byte[] event =
                render(feed, epoch, changes.stream().map(EventWithoutData::of).toList());
        if (event.length <= bytesMax || !isOne) {
            return new CallBody(id, type, thinner(CallPayload.EVENT, wanted, isRefused), event);
        }
        // the attributes of other back ends' events may be larger than the least limit
        return new CallBody(
                id,
                type,
                thinner(CallPayload.SIGNAL, wanted, false),
                signalBytes(feed, pending, head, changes.get(0).event().atMillis()));
    }

    /** The bytes of one change with this payload. */
    static int length(FeedId feed, Epoch epoch, Change change, CallPayload payload) {
        Change carried = payload == CallPayload.FULL ? change : EventWithoutData.of(change);
        return PageJson.of(feed, epoch, List.of(carried)).length();
    }

    /**
     * The signal that the feed has grown.
     *
     * @param reminders how often it was received already: a repetition has an id of its own, since receivers drop what
     *     they have had
     * @param atMillis when its newest change that is known was committed, milliseconds since 1970
     */
    static CallBody signal(FeedId feed, long pending, Cursor head, int reminders, long atMillis) {
        return new CallBody(
                head.epoch() + "-" + head.revision() + "-signal" + (reminders == 0 ? "" : "-" + reminders),
                ONE,
                CallPayload.SIGNAL.text(),
                signalBytes(feed, pending, head, atMillis));
    }

    /** The call that a new URL has to answer with {@code challenge}. */
    static CallBody challenge(FeedId feed, String challenge, String id, long atMillis) {
        return new CallBody(
                id,
                ONE,
                "challenge",
                event(id, feed, "io.bellwire.endpoint.challenge", atMillis, "{\"challenge\":\"" + challenge + "\"}"));
    }

    /** A call with nothing in it, which is to be refused because its signature is wrong. */
    static CallBody probe(FeedId feed, String id, long atMillis) {
        return new CallBody(id, ONE, "probe", event(id, feed, "io.bellwire.endpoint.probe", atMillis, "{}"));
    }

    /** The call that a partner has asked for, to test its endpoint. */
    static CallBody test(FeedId feed, String id, long atMillis) {
        return new CallBody(
                id,
                ONE,
                "test",
                event(id, feed, "io.bellwire.endpoint.test", atMillis, "{\"message\":\"This is a test.\"}"));
    }

    /** The same with another {@code webhook-id}. */
    CallBody withId(String id) {
        return new CallBody(id, contentType, payload, bytes);
    }

    /** The call of {@code url} with this body. */
    PreparedCall toCall(WebhookEndpoint endpoint, String url) {
        return toCall(endpoint, url, false);
    }

    /** The call of {@code url} with this body; {@code isReplay} if the endpoint was called with it before. */
    PreparedCall toCall(WebhookEndpoint endpoint, String url, boolean isReplay) {
        return new PreparedCall(
                endpoint.id(),
                url,
                webhookId,
                contentType,
                payload,
                isReplay,
                endpoint.settings().headers(),
                bytes,
                endpoint.settings().limits().deadline(),
                endpoint.keys(),
                endpoint.settings().signatures());
    }

    private static String thinner(CallPayload payload, CallPayload wanted, boolean isRefused) {
        return payload == wanted
                ? wanted.text()
                : payload.text() + ";wanted=" + wanted.text() + ";reason="
                        + (isRefused ? "answered-413" : "over-limit");
    }

    private static byte[] render(FeedId feed, Epoch epoch, List<Change> changes) {
        byte[] array = PageJson.render(feed, epoch, changes);
        return changes.size() == 1 ? Arrays.copyOfRange(array, 1, array.length - 1) : array;
    }

    private static byte[] signalBytes(FeedId feed, long pending, Cursor head, long atMillis) {
        return event(
                head.toString(),
                feed,
                "io.bellwire.feed.signal",
                atMillis,
                "{\"pending\":" + pending + ",\"cursor\":\"" + head + "\"}");
    }

    /** All texts are ASCII with nothing that JSON escapes. */
    private static byte[] event(String id, FeedId feed, String type, long atMillis, String data) {
        return ("{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"" + PageJson.source(feed)
                        + "\",\"type\":\"" + type + "\",\"time\":\""
                        + Timestamps.format(Instant.ofEpochMilli(atMillis))
                        + "\",\"datacontenttype\":\"application/json\",\"data\":" + data + "}")
                .getBytes(StandardCharsets.UTF_8);
    }
}

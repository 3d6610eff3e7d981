package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.bridge.VirtualTime;
import io.bellwire.feed.PageJson;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventJson;
import io.bellwire.log.FeedId;
import io.bellwire.webhook.CallPayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Spliterators;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the bodies of calls are, as bytes and as JSON. */
class CallBodyTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final FeedId ACME = FeedId.ofPartner("acme");
    private static final UUID ORDER_7 = new UUID(7, 7);

    private final StubEndpointFeed feed = new StubEndpointFeed(new VirtualTime());

    private Change order(String data) {
        return feed.append(ACME, StubEndpointFeed.CREATED, ORDER_7, data);
    }

    private Change foreign(String json) {
        return feed.append(ACME, new EventJson(json.getBytes(StandardCharsets.UTF_8), 0), null);
    }

    private CallBody body(List<Change> changes, CallPayload payload, boolean isRefused, int bytesMax) {
        Cursor head = new Cursor(feed.epoch, changes.get(changes.size() - 1).position());
        return CallBody.of(ACME, changes, payload, isRefused, bytesMax, 5, head);
    }

    private JsonNode event(Change change) throws IOException {
        CallBody body = body(List.of(change), CallPayload.EVENT, false, 100_000);
        return JSON.readTree(body.bytes());
    }

    @Test
    void fullPayloadIsTheChangeAsTheFeedHasIt() {
        Change change = order("{\"price\":1.10,\"big\":12345678901234567890}");
        CallBody body = body(List.of(change), CallPayload.FULL, false, 100_000);

        byte[] page = PageJson.render(ACME, feed.epoch, List.of(change));
        assertArrayEquals(Arrays.copyOfRange(page, 1, page.length - 1), body.bytes());
        assertEquals("abcdefghij-1", body.webhookId());
        assertEquals("application/cloudevents+json", body.contentType());
        assertEquals("full", body.payload());
    }

    @Test
    void batchIsThePageOfTheFeed() {
        List<Change> changes = List.of(order("{}"), order("{}"));
        CallBody body = body(changes, CallPayload.FULL, false, 100_000);

        assertArrayEquals(PageJson.render(ACME, feed.epoch, changes), body.bytes());
        assertEquals("abcdefghij-1-2", body.webhookId());
        assertEquals("application/cloudevents-batch+json", body.contentType());
    }

    @Test
    void eventPayloadIsTheSameWithoutData() throws IOException {
        Change change = order("{\"data\":\"datacontenttype\"}");
        JsonNode event = event(change);

        assertEquals(
                List.of("specversion", "id", "source", "revision", "type", "subject", "time"),
                StreamSupport.stream(Spliterators.spliteratorUnknownSize(event.fieldNames(), 0), false)
                        .toList());
        assertEquals(ORDER_7.toString(), event.get("subject").textValue());
        assertEquals("/v1/partners/acme/feed", event.get("source").textValue());
    }

    @Test
    void dataOfOtherBackEndsIsLeftOutWhereverItIs() throws IOException {
        JsonNode json =
                event(foreign("\"type\":\"x\",\"data\":{\"data\":1},\"size\":7,\"datacontenttype\":\"a/json\"}"));
        assertEquals(6, json.size());
        assertEquals(7, json.get("size").intValue());
        JsonNode base64 = event(foreign("\"type\":\"x\",\"datacontenttype\":\"image/png\",\"data_base64\":\"AA==\"}"));
        assertEquals(5, base64.size());
        JsonNode text = event(foreign("\"time\":\"t\",\"type\":\"\\\"x\",\"data\":\"\\\"datacontenttype\"}"));
        assertEquals(6, text.size());
        assertEquals("\"x", text.get("type").textValue());
    }

    @Test
    void changeOverTheLimitHasAThinnerPayloadThatSaysSo() throws IOException {
        Change large = order("\"" + "x".repeat(2_000) + "\"");
        CallBody body = body(List.of(large), CallPayload.FULL, false, 1_024);
        assertEquals("event;wanted=full;reason=over-limit", body.payload());
        assertTrue(body.bytes().length <= 1_024);

        Change largeAttributes = foreign("\"type\":\"x\",\"note\":\"" + "x".repeat(2_000) + "\"}");
        CallBody signal = body(List.of(largeAttributes), CallPayload.EVENT, false, 1_024);
        assertEquals("signal;wanted=event;reason=over-limit", signal.payload());
        assertTrue(signal.bytes().length <= 1_024);
        assertEquals(5, JSON.readTree(signal.bytes()).at("/data/pending").intValue());
    }

    @Test
    void typeAndSubjectAreReadFromAnyEvent() {
        assertEquals(StubEndpointFeed.CREATED, ChangeAttributes.type(order("{}").event()));
        assertEquals(ORDER_7.toString(), ChangeAttributes.subject(order("{}").event()));
        Change foreign = foreign("\"time\":\"t\",\"data\":{\"type\":\"no\"},\"type\":\"a\\\"b\",\"subject\":\"s\"}");
        assertEquals("a\"b", ChangeAttributes.type(foreign.event()));
        assertEquals("s", ChangeAttributes.subject(foreign.event()));
        assertEquals("", ChangeAttributes.subject(foreign("\"type\":\"x\"}").event()));
        assertEquals(
                "a\"b", ChangeAttributes.type(foreign("\"type\":\"a\\\"b\"}").event()));
    }

    @Test
    void startOfAnAnswerIsPrintable() {
        byte[] body = ("ok\n\u202Etfel" + "\u00e9".repeat(300)).getBytes(StandardCharsets.UTF_8);
        CallResult.Answered answered = new CallResult.Answered(500, Optional.empty(), body, Duration.ZERO);

        assertEquals("ok..tfel" + "\u00e9".repeat(192), answered.bodyStart(200));
    }
}

package io.bellwire.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.command.CommandResult;
import io.bellwire.command.IdempotencyKey;
import io.bellwire.feed.AppendEvents;
import io.bellwire.feed.ForeignEvent;
import io.bellwire.group.Recipients;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Timestamps;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Events are rendered before they are committed, and get the time of their commit; if a commit is tried twice, that of
 * the second.
 */
class CommitTimeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant MORNING = Instant.parse("2026-12-01T08:00:00.001Z");
    private static final Instant LATER = Instant.parse("2026-12-01T08:00:00.999Z");

    private final DataStore store = SegmentStore.inMemory(new Random(1));
    private final OrderIds ids = new OrderIds(Clock.fixed(MORNING, ZoneOffset.UTC), new Random(1));
    private EventLog log;
    private Recipients recipients;

    @BeforeEach
    void open() {
        Clock clock = Clock.fixed(MORNING, ZoneOffset.UTC);
        log = new EventLog(store, LogLimits.DEFAULT, clock, new SimpleMeterRegistry());
        recipients = Recipients.of(List.of(log.getOrCreateFeed(FeedId.ofDevice(new DeviceId("grill")))));
    }

    @AfterEach
    void close() {
        log.close();
    }

    /** Decides the write for a commit at {@code first} that is given up, and then commits it at {@code second}. */
    private Event commit(Write<?> write, Instant first, Instant second) {
        BatchNeeds needs = new BatchNeeds();
        write.declareNeeds(needs);
        WriteBatch batch = store.commit(needs, loaded -> {
            WriteBatch tried = new WriteBatch(loaded, first);
            WriteBatch decided = new WriteBatch(loaded, second);
            assertEquals(CommandResult.Done.class, write.decide(tried).getClass());
            assertEquals(CommandResult.Done.class, write.decide(decided).getClass());
            assertTrue(tried.events().get(0).isIntact(), "the second decision must not write over the first");
            return decided;
        });
        batch.entries().forEach(entry -> assertEquals(batch.events().get(0), entry.event()));
        return batch.events().get(0);
    }

    private OrderId create(Instant at) {
        ObjectNode json = JSON.createObjectNode().put("device_id", "grill");
        json.putObject("data").put("updated_at", Timestamps.UNKNOWN).put("note", "\u00e4\ud83c\udf54");
        OrderId id = ids.next();
        Event unused = commit(new CreateOrder(id, OrderDraft.of(json), recipients), MORNING, at);
        return id;
    }

    private static JsonNode json(Event event) throws Exception {
        return JSON.readTree(event.json().object());
    }

    @Test
    void newOrderHasTheTimeOfItsCommitInAllPlaces() throws Exception {
        Event event = store.orders().find(create(LATER)).orElseThrow();

        String time = Timestamps.format(LATER);
        assertEquals(LATER.toEpochMilli(), event.atMillis());
        assertEquals(time, json(event).path("time").asText());
        assertEquals(time, json(event).at("/data/created_at").asText());
        assertEquals(time, json(event).at("/data/updated_at").asText());
        assertEquals(
                Timestamps.UNKNOWN, json(event).at("/data/data/updated_at").asText(), "the request's own data stays");
        assertEquals(json(event).path("data"), JSON.readTree(event.json().data()));
    }

    @Test
    void changeKeepsTheTimeAtWhichTheOrderWasCreated() throws Exception {
        OrderId id = create(MORNING);
        OrderTarget target =
                new OrderTarget(id, recipients, store.orders().find(id).orElseThrow());
        OrderPatch patch = OrderPatch.of(JSON.createObjectNode().put("volume", 7));

        Event event = commit(
                new ChangeOrder(target, PreparedOrderChange.of(target, patch, Precondition.NONE)), MORNING, LATER);

        assertEquals(Timestamps.format(LATER), json(event).path("time").asText());
        assertEquals(
                Timestamps.format(MORNING), json(event).at("/data/created_at").asText());
        assertEquals(
                Timestamps.format(LATER), json(event).at("/data/updated_at").asText());
        assertEquals(json(event).path("data"), JSON.readTree(event.json().data()));
    }

    @Test
    void eventOfAnotherBackEndGetsTheTimeOfItsCommitUnlessItBringsOne() throws Exception {
        byte[] jsonWithoutTime = "{\"type\":\"shop.news\"}".getBytes(StandardCharsets.US_ASCII);
        byte[] jsonWithTime =
                "{\"type\":\"shop.news\",\"time\":\"2020-01-01T00:00:00.000Z\"}".getBytes(StandardCharsets.US_ASCII);

        Event withoutTime = commit(appended("1", false, jsonWithoutTime), MORNING, LATER);
        Event withTime = commit(appended("2", true, jsonWithTime), MORNING, LATER);

        assertEquals(Timestamps.format(LATER), json(withoutTime).path("time").asText());
        assertEquals("2020-01-01T00:00:00.000Z", json(withTime).path("time").asText());
    }

    private Write<?> appended(String id, boolean hasTime, byte[] json) {
        ForeignEvent event = ForeignEvent.of(IdempotencyKey.of("event", "test", id), recipients, hasTime, json);
        return new AppendEvents<Refusal>(List.of(event), List.of());
    }

    @Test
    void timeOffsetWithoutAPlaceForATimeIsRefused() {
        byte[] bytes = ("\"time\":\"" + Timestamps.UNKNOWN + "\"}").getBytes(StandardCharsets.US_ASCII);

        EventJson json = new EventJson(bytes, 0);

        RenderedEvent unused = new RenderedEvent(json, 8);

        for (int offset : new int[] {-1, 7, 9, bytes.length}) {
            assertThrows(IllegalArgumentException.class, () -> new RenderedEvent(json, offset));
        }
    }
}

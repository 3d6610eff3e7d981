package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.SignalStream;
import io.bellwire.log.Cursor;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.route.RoutesFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Event streams, at the same time as MQTT sessions. */
class StreamChannelsTest extends BridgeFixture {
    private final StreamChannels streams = new StreamChannels(bridge);

    /** A stream that records the signals offered to it. */
    private static final class RecordingStream implements SignalStream {
        private final List<String> offered = new ArrayList<>();
        private final Optional<Cursor> lastEventId;
        private Offered answer = Offered.TAKEN;

        RecordingStream(Optional<Cursor> lastEventId) {
            this.lastEventId = lastEventId;
        }

        @Override
        public FeedId feed() {
            return GRILL_FEED;
        }

        @Override
        public Optional<Cursor> lastEventId() {
            return lastEventId;
        }

        @Override
        public Offered offer(byte[] payload, Optional<Cursor> cursor, boolean isPlain) {
            cursor.ifPresent(id ->
                    assertTrue(new String(payload, StandardCharsets.UTF_8).contains("\"revision\":" + id.revision())));
            assertTrue(isPlain);
            offered.add(cursor.map(Cursor::toString).orElse(""));
            return answer;
        }
    }

    private static Optional<Cursor> cursorAt(long revision) {
        return Optional.of(StubRecentChanges.cursor(revision));
    }

    @Test
    void streamAndSessionOfOneFeedAreBothSignalled() {
        RecordingStream stream = new RecordingStream(Optional.empty());
        streams.opened(stream);
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(List.of("k3v9x2m4qd.0.0000000", "k3v9x2m4qd.1.0000001"), stream.offered);
        assertEquals(List.of(1L), broker.takeRevisions());
        streams.closed(stream);
        bridge.received(GRILL_FEED, new Revision(1));
        commit(GRILL_FEED, 2);
        time.advanceMillis(100);
        assertEquals(2, stream.offered.size());
        assertEquals(List.of(2L), broker.takeRevisions());
        assertEquals(1, gauge("bellwire.bridge.devices"));
    }

    @Test
    void feedWithTwoChannelsIsLookedUpOnceAndExpectedToReadOnce() {
        positions.set(GRILL_FEED, 7, 6, 6, EIGHT);
        streams.opened(new RecordingStream(Optional.empty()));
        subscribed(GRILL);
        time.runDue();
        assertEquals(List.of(Set.of(GRILL_FEED)), positions.lookUps);
        assertEquals(1, gauge("bellwire.bridge.devices.expected"));
        assertEquals(2, gauge("bellwire.bridge.devices.behind"));
    }

    @Test
    void readerWhoseLastEventIdIsTheHeadIsNotGreeted() {
        positions.set(GRILL_FEED, 7, 7, 7, null);
        RecordingStream upToDate = new RecordingStream(cursorAt(7));
        RecordingStream behind = new RecordingStream(cursorAt(6));
        streams.opened(upToDate);
        streams.opened(behind);
        time.advance(Duration.ofMinutes(1));
        assertEquals(List.of(), upToDate.offered);
        assertEquals(List.of("k3v9x2m4qd.7.0000007"), behind.offered);
        commit(GRILL_FEED, 8);
        time.runDue();
        assertEquals(List.of("k3v9x2m4qd.8.0000008"), upToDate.offered);
    }

    @Test
    void readerWhoseLastEventIdIsTheHeadAndWhoNeverAcknowledgesGetsNoSignal() {
        positions.set(GRILL_FEED, 7, 7, 0, EIGHT);
        RecordingStream upToDate = new RecordingStream(cursorAt(7));
        streams.opened(upToDate);
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(), upToDate.offered);
    }

    @Test
    void signalWhoseChangeIsNotInMemoryHasNoCursor() {
        RecordingStream stream = new RecordingStream(Optional.empty());
        recent.withoutCursors = true;
        streams.opened(stream);
        time.advanceMillis(100);
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(List.of("", ""), stream.offered);
    }

    @Test
    void readerWhoseLastEventIdIsTheHeadButWhoHasNotReadIsReminded() {
        positions.set(GRILL_FEED, 7, 6, 6, EIGHT);
        RecordingStream upToDate = new RecordingStream(cursorAt(7));
        streams.opened(upToDate);
        time.runDue();
        assertEquals(List.of(), upToDate.offered);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of("k3v9x2m4qd.7.0000007"), upToDate.offered);
    }

    @Test
    void congestedStreamIsTriedAgainAndClosedStreamIsRemoved() {
        RecordingStream stream = new RecordingStream(Optional.empty());
        streams.opened(stream);
        time.advanceMillis(100);
        stream.answer = SignalStream.Offered.CONGESTED;
        commit(GRILL_FEED, 1);
        time.runDue();
        stream.answer = SignalStream.Offered.CLOSED;
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of("k3v9x2m4qd.0.0000000", "k3v9x2m4qd.1.0000001", "k3v9x2m4qd.1.0000001"), stream.offered);
        assertEquals(0, gauge("bellwire.bridge.devices"));
        assertEquals(1, signals("news", "congested"));
    }

    @Test
    void streamOutlivesTheSessionOfItsDeviceAndCarriesChangesOfEveryTopic() {
        String routes = """
                routes:
                  - name: urgent
                    match: {type: oven.alarm}
                    ring: {topic: "kitchen/{device_id}/urgent"}
                """;
        bridge.use(new RoutesFile(BridgeOptions.DEFAULT.plainRule()).parse("routes.yaml", routes));
        RecordingStream stream = new RecordingStream(Optional.empty());
        streams.opened(stream);
        connected(GRILL);
        mqttChannels.disconnected(GRILL);
        assertEquals(1, gauge("bellwire.bridge.devices"));

        EventJson alarm = new EventJson("\"type\":\"oven.alarm\",\"data\":{}}".getBytes(StandardCharsets.UTF_8), 20);
        recent.add(GRILL_FEED, 1, new Event(new EventNumber(1), 0, alarm, null));
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(List.of("k3v9x2m4qd.0.0000000", "k3v9x2m4qd.1.0000001"), stream.offered);
        assertEquals(2, messages("sse", "signal"));
    }
}

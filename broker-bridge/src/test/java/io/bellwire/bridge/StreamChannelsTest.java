package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.SignalStream;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Streams of server-sent events, next to MQTT sessions. */
class StreamChannelsTest extends BridgeFixture {
    private final StreamChannels streams = new StreamChannels(bridge);

    /** A stream that remembers what it was offered. */
    private static final class Stream implements SignalStream {
        private final List<String> offered = new ArrayList<>();
        private final Optional<Cursor> lastEventId;
        private Offered answer = Offered.TAKEN;

        Stream(Optional<Cursor> lastEventId) {
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

    private static Optional<Cursor> at(long revision) {
        return Optional.of(StubRecent.cursor(revision));
    }

    @Test
    void streamAndSessionOfOneFeedAreBothRung() {
        Stream stream = new Stream(Optional.empty());
        streams.opened(stream);
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(List.of("k3v9x2m4qd.0.0000000", "k3v9x2m4qd.1.0000001"), stream.offered);
        assertEquals(List.of(1L), broker.takeRevisions());
        streams.closed(stream);
        bridge.received(GRILL_FEED, 1);
        commit(GRILL_FEED, 2);
        time.advanceMillis(100);
        assertEquals(2, stream.offered.size());
        assertEquals(List.of(2L), broker.takeRevisions());
        assertEquals(1, gauge("bellwire.bridge.devices"));
    }

    @Test
    void feedWithTwoChannelsIsLookedUpOnceAndExpectedToReadOnce() {
        log.set(GRILL_FEED, 7, 6, 6, EIGHT);
        streams.opened(new Stream(Optional.empty()));
        subscribed(GRILL);
        time.settle();
        assertEquals(List.of(Set.of(GRILL_FEED)), log.asked);
        assertEquals(1, gauge("bellwire.bridge.devices.expected"));
        assertEquals(2, gauge("bellwire.bridge.devices.behind"));
    }

    @Test
    void readerThatHasBeenToldOfTheHeadIsNotGreeted() {
        log.set(GRILL_FEED, 7, 7, 7, null);
        Stream knows = new Stream(at(7));
        Stream behind = new Stream(at(6));
        streams.opened(knows);
        streams.opened(behind);
        time.advance(Duration.ofMinutes(1));
        assertEquals(List.of(), knows.offered);
        assertEquals(List.of("k3v9x2m4qd.7.0000007"), behind.offered);
        commit(GRILL_FEED, 8);
        time.settle();
        assertEquals(List.of("k3v9x2m4qd.8.0000008"), knows.offered);
    }

    @Test
    void readerThatHasBeenToldOfTheHeadAndNeverAcknowledgesIsLeftAlone() {
        log.set(GRILL_FEED, 7, 7, 0, EIGHT);
        Stream knows = new Stream(at(7));
        streams.opened(knows);
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(), knows.offered);
    }

    @Test
    void signalWhoseChangeIsNotInMemoryComesWithoutACursor() {
        Stream stream = new Stream(Optional.empty());
        recent.chainsForgotten = true;
        streams.opened(stream);
        time.advanceMillis(100);
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(List.of("", ""), stream.offered);
    }

    @Test
    void readerThatWasToldButHasNotComeIsReminded() {
        log.set(GRILL_FEED, 7, 6, 6, EIGHT);
        Stream knows = new Stream(at(7));
        streams.opened(knows);
        time.settle();
        assertEquals(List.of(), knows.offered);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of("k3v9x2m4qd.7.0000007"), knows.offered);
    }

    @Test
    void streamThatHasNoRoomIsTriedAgainAndOneThatHasEndedIsForgotten() {
        Stream stream = new Stream(Optional.empty());
        streams.opened(stream);
        time.advanceMillis(100);
        stream.answer = SignalStream.Offered.CONGESTED;
        commit(GRILL_FEED, 1);
        time.settle();
        stream.answer = SignalStream.Offered.CLOSED;
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of("k3v9x2m4qd.0.0000000", "k3v9x2m4qd.1.0000001", "k3v9x2m4qd.1.0000001"), stream.offered);
        assertEquals(0, gauge("bellwire.bridge.devices"));
        assertEquals(1, signals("news", "congested"));
    }
}

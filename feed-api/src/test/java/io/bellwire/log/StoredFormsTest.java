package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Checksums, chains and epochs are on disks and in the cursors of devices: an update of the server that computes them
 * in another way would reset every reader, or find every log damaged. The figures were computed by another program.
 */
class StoredFormsTest {
    private static final Epoch LOG = new Epoch("k3v9x2m4qd");
    private static final UUID SUBJECT = new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0001L);

    private static Event event(long atMillis, String data, UUID subject) {
        return new Event(new EventNumber(7), atMillis, LogStoreFixture.json(data), subject);
    }

    @Test
    void chainsOfTheSameChangesStayTheSame() {
        assertEquals(0, Chain.next(Chain.START, 0));
        assertEquals(1_364_076_727, Chain.next(Chain.START, 1));
        assertEquals(-149_655_797, Chain.next(0x1234_5678, 0x9ABC_DEF0));
        assertEquals(616_707_340, Chain.next(-1, -1));
    }

    @Test
    void checksumsOfTheSameEventsStayTheSame() {
        assertEquals(-424_167_963, event(1_795_507_200_123L, "steak", SUBJECT).checksum());
        assertEquals(-1_564_478_122, event(0, "steak", null).checksum());
    }

    @Test
    void epochsOfTheSameFeedsStayTheSame() {
        assertEquals("ev9m8o7xnx", Epoch.ofFeed(LOG, LogStoreFixture.GRILL).value());
        assertEquals("vt7k1t7cka", Epoch.ofFeed(LOG, FeedId.ORDERS).value());
    }

    @Test
    void checksumCoversAllOfTheEvent() {
        Event event = event(1, "steak", SUBJECT);
        assertTrue(event.isIntact());
        for (Event other : List.of(
                event(2, "steak", SUBJECT),
                event(1, "stake", SUBJECT),
                event(1, "steak", null),
                event(1, "steak", new UUID(SUBJECT.getMostSignificantBits(), 0)),
                event(1, "steak", new UUID(0, SUBJECT.getLeastSignificantBits())))) {
            assertNotEquals(event.checksum(), other.checksum(), other.toString());
            assertFalse(
                    new Event(event.eventNumber(), other.atMillis(), other.json(), other.subject(), event.checksum())
                            .isIntact());
        }
    }

    @Test
    void epochsOfFeedsDifferFromEachOtherAndFromThoseOfAnotherLog() {
        Epoch ofGrill = Epoch.ofFeed(LOG, LogStoreFixture.GRILL);

        assertNotEquals(ofGrill, Epoch.ofFeed(LOG, LogStoreFixture.FRYER));
        assertNotEquals(ofGrill, Epoch.ofFeed(new Epoch("k3v9x2m4qe"), LogStoreFixture.GRILL));
        assertNotEquals(LOG, ofGrill);
        assertEquals(ofGrill.value(), ofGrill.toString());
    }

    @Test
    void epochIsDrawnFromAllLettersAndDigits() {
        Random random = new Random(7);
        Set<Epoch> drawn = new HashSet<>();
        Set<Integer> characters = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Epoch epoch = Epoch.draw(random);
            drawn.add(epoch);
            epoch.value().chars().forEach(characters::add);
        }

        assertEquals(1_000, drawn.size());
        assertEquals(36, characters.size());
    }

    @Test
    void epochHasTenLettersAndDigits() {
        for (String valid : List.of("aaaaaaaaaa", "zzzzzzzzzz", "0000000000", "9999999999")) {
            assertTrue(Epoch.isValid(valid), valid);
        }
        for (String other : List.of("", "aaaaaaaaa", "aaaaaaaaaaa")) {
            assertFalse(Epoch.isValid(other), other);
            assertThrows(IllegalArgumentException.class, () -> new Epoch(other));
        }
        for (char beside : new char[] {'`', '{', '/', ':', 'A', '.'}) {
            assertFalse(Epoch.isValid("aaaaaaaaa" + beside));
            assertFalse(Epoch.isValid(beside + "aaaaaaaaa"));
        }
    }

    @Test
    void jsonOfAnEventEndsWithItsDataAndTheClosingBrace() {
        byte[] bytes = "\"type\":\"t\",\"data\":[1,2]}".getBytes(StandardCharsets.US_ASCII);
        EventJson json = new EventJson(bytes, bytes.length - 6);

        assertEquals("[1,2]", new String(json.data(), StandardCharsets.US_ASCII));
        assertEquals(5, json.dataLength());
        assertEquals("2]", json.endOfData(2));
        assertEquals("[1,2]", json.endOfData(5));
        assertEquals("[1,2]", json.endOfData(100));
        assertEquals("\"type\":\"t\",\"data\":[1,2]}", json.toString());
        assertEquals(bytes.length, json.length());
        EventJson withoutData = new EventJson(bytes, 0);
        assertEquals(0, withoutData.dataLength());
        assertEquals(0, withoutData.data().length);
        assertEquals("", withoutData.endOfData(5));
    }

    @Test
    void jsonWithoutItsEndOrWithDataOutsideOfItIsRefused() {
        byte[] bytes = "\"data\":1}".getBytes(StandardCharsets.US_ASCII);
        assertEquals(0, new EventJson(bytes, bytes.length - 1).dataLength());

        for (int offset : new int[] {-1, bytes.length, bytes.length + 1}) {
            assertThrows(IllegalArgumentException.class, () -> new EventJson(bytes, offset));
        }
        for (String other : List.of("", "{", "\"data\":1")) {
            assertThrows(
                    IllegalArgumentException.class, () -> new EventJson(other.getBytes(StandardCharsets.US_ASCII), 0));
        }
    }

    @Test
    void eventIsRenderedWithItsTimeInAllPlacesThatAreLeftForIt() {
        String known = "2026-11-20T08:00:00.007Z";
        byte[] time = known.getBytes(StandardCharsets.US_ASCII);
        String data = "{\"at\":\"" + Timestamps.UNKNOWN + "\"}";

        RenderedEvent event = RenderedEvent.of("t", "s", data, Timestamps.UNKNOWN.length() + 2);

        String expected = "\"type\":\"t\",\"subject\":\"s\",\"time\":\"" + known
                + "\",\"datacontenttype\":\"application/json\",\"data\":{\"at\":\"" + known + "\"}}";
        assertEquals(expected, event.jsonAt(time).toString());
        assertEquals(expected.length(), event.bytes());
        assertEquals(data.length(), event.dataLength());
        assertEquals(
                data.replace(Timestamps.UNKNOWN, known),
                new String(event.jsonAt(time).data(), StandardCharsets.UTF_8));
        RenderedEvent atKnown = RenderedEvent.at(Instant.parse(known), "t", "s", data);
        assertEquals(
                expected.replace("{\"at\":\"" + known, "{\"at\":\"" + Timestamps.UNKNOWN),
                atKnown.jsonAt(time).toString());
        assertEquals(data.length(), atKnown.dataLength());
    }

    @Test
    void eventOfAnotherBackEndKeepsItsBytesAndGetsATimeIfItHasNone() {
        byte[] object = "{\"type\":\"shop.news\"}".getBytes(StandardCharsets.US_ASCII);
        byte[] time = "2026-11-20T08:00:00.007Z".getBytes(StandardCharsets.US_ASCII);

        assertEquals(
                "\"type\":\"shop.news\"}",
                RenderedEvent.ofObject(object, true).jsonAt(time).toString());
        RenderedEvent timed = RenderedEvent.ofObject(object, false);
        assertEquals(
                "\"time\":\"2026-11-20T08:00:00.007Z\",\"type\":\"shop.news\"}",
                timed.jsonAt(time).toString());
        assertArrayEquals(timed.jsonAt(time).bytes(), timed.jsonAt(time).bytes());
        assertEquals(0, timed.dataLength());
    }
}

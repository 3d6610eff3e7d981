package io.bellwire.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageJsonTest {
    private static final Epoch EPOCH = Epoch.draw(new Random(1));
    private static final FeedId FEED = new FeedId("devices/grill");

    private static Change change(long revision) {
        byte[] json = ("\"type\":\"t\",\"data\":" + revision + "}").getBytes(StandardCharsets.UTF_8);
        return new Change(
                new Revision(revision),
                new Event(new EventNumber(revision), 0, new EventJson(json, 0), null),
                (int) revision * 0x9E3779B1);
    }

    @Test
    void noChangesAreAnEmptyArray() {
        assertEquals("[]", new String(PageJson.render(FEED, EPOCH, List.of()), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 8, 9, 10, 98, 99, 999, 4_294_967_290L, Cursor.REVISION_MAX - 4})
    void revisionsOfAnyLengthStandBesideEachOther(long first) throws IOException {
        List<Change> changes = LongStream.range(first, first + 5)
                .mapToObj(PageJsonTest::change)
                .toList();

        JsonNode page = new ObjectMapper().readTree(PageJson.render(FEED, EPOCH, changes));

        assertEquals(5, page.size());
        for (int i = 0; i < 5; i++) {
            assertEquals(first + i, page.get(i).path("revision").asLong());
            assertEquals(first + i, page.get(i).path("data").asLong());
            Cursor cursor = new Cursor(EPOCH, changes.get(i).position());
            assertEquals(cursor.toString(), page.get(i).path("id").asText());
            assertEquals(
                    Optional.of(cursor), Cursor.parse(page.get(i).path("id").asText()));
            assertEquals("/v1/devices/grill/feed", page.get(i).path("source").asText());
        }
    }
}

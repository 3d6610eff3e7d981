package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.feed.FeedReader;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.order.Order;
import io.bellwire.order.OrderSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** PROTOCOL.md, section 14.3, has the limits that the code has: each row's numbers are those of the constants here. */
class SizesTableTest {
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*");

    /** The rows that this module decides, each with its numbers in their order. Numbers that are only about are left out. */
    private static final Map<String, List<Integer>> EXPECTED = new HashMap<>(Map.of(
            "request line and headers together", List.of(HttpServer.HEADER_BYTES_MAX),
            "body: an order, a patch", List.of(Order.BYTES_MAX),
            "an order as a patch would make it", List.of(Order.BYTES_MAX),
            "body: bulk change",
                    List.of(BulkEndpoint.BODY_BYTES_MAX, BulkEndpoint.ITEMS_MAX, BulkEndpoint.ORDER_BYTES_MAX),
            "body: acknowledgement, lock, operator, second factor", List.of(AckEndpoint.BODY_BYTES_MAX),
            "body: events",
                    List.of(
                            EventEndpoint.BODY_BYTES_MAX,
                            EventEndpoint.EVENTS_MAX,
                            ReceivedEvent.DATA_BYTES_MAX,
                            ReceivedEvent.ATTRIBUTE_LENGTH_MAX,
                            ReceivedEvent.EXTENSIONS_MAX),
            "`recipe_id`, `volume`, `reason`",
                    List.of(OrderSizes.RECIPE_LENGTH_MAX, OrderSizes.VOLUME_LENGTH_MAX, OrderSizes.REASON_LENGTH_MAX),
            "a cursor",
                    List.of(new Cursor(Epoch.draw(new Random(1)), new Revision(Position.REVISION_MAX), 1)
                            .toString()
                            .length()),
            "JSON", List.of(Json.DEPTH_MAX, Json.NUMBER_LENGTH_MAX),
            "a page of a feed", List.of(ApiCall.LIMIT_MAX, (int) FeedReader.PAGE_BYTES_MAX)));

    static {
        EXPECTED.put(
                "a page of orders: snapshot, `pending`, search",
                List.of(ApiCall.LIMIT_MAX, OrdersJson.PAGE_BYTES_MAX, OrdersJson.READ_BYTES_MAX));
        EXPECTED.put("a page of `created-history`", List.of(ApiCall.LIMIT_MAX, OrdersJson.READ_BYTES_MAX));
    }

    @Test
    void tableOfSizesHasTheLimitsOfTheCode() throws IOException {
        Map<String, List<Integer>> rows = new LinkedHashMap<>();
        Files.readAllLines(Path.of("PROTOCOL.md")).stream()
                .dropWhile(line -> !line.equals("### 14.3 Sizes"))
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split(" \\| ", 2))
                .forEach(cells -> rows.put(cells[0].substring(2), numbers(cells[1])));
        rows.keySet().retainAll(EXPECTED.keySet());

        assertEquals(EXPECTED, rows);
    }

    @Test
    void lockAndOperatorAreNoLargerThanAnAcknowledgement() {
        assertEquals(AckEndpoint.BODY_BYTES_MAX, OrderChangeEndpoints.LOCK_BODY_BYTES_MAX);
        assertEquals(AckEndpoint.BODY_BYTES_MAX, OperatorEndpoints.BODY_BYTES_MAX);
        assertEquals(AckEndpoint.BODY_BYTES_MAX, SecondFactorEndpoints.BODY_BYTES_MAX);
    }

    @Test
    void rowOfKeysHasTheLimitsOfTheCode() throws IOException {
        String row = Files.readAllLines(Path.of("PROTOCOL.md")).stream()
                .filter(line -> line.startsWith("| ids of devices and partners, of orders"))
                .findFirst()
                .orElseThrow();

        assertEquals(
                List.of(64, 36, WriteEndpoint.KEY_LENGTH_MAX, OrderChangeEndpoints.TOKEN_LENGTH_MAX),
                numbers(row.substring(row.indexOf(" | ") + 3)));
    }

    private static List<Integer> numbers(String cell) {
        return NUMBER.matcher(cell)
                .results()
                .map(MatchResult::group)
                .map(text -> Integer.valueOf(text.replace(",", "")))
                .toList();
    }
}

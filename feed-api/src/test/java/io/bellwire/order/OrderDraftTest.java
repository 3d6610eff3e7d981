package io.bellwire.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.EventFacts;
import io.bellwire.log.DeviceId;
import io.bellwire.log.LogStoreFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request for a new order may be, and the order that it becomes. */
class OrderDraftTest {
    private static final String TIMES =
            ",'created_at':'0000-00-00T00:00:00.000Z','updated_at':'0000-00-00T00:00:00.000Z'}";

    private static OrderDraft draft(String json) {
        return OrderDraft.of(OrderFixture.json(json));
    }

    @Test
    void orderHasItsFieldsInAFixedOrderWhateverThatOfTheRequest() {
        OrderDraft draft = draft(
                "{'data':{'a':1},'volume':'2 cups','recipe_id':'latte','partner_id':'acme'," + "'device_id':'grill'}");

        assertEquals(new DeviceId("grill"), draft.device());
        assertEquals("acme", draft.partner());
        String id = LogStoreFixture.orderId(7).toString();
        String json = ("{'id':'" + id + "','device_id':'grill','partner_id':'acme','status':'new','recipe_id':'latte',"
                        + "'volume':'2 cups','data':{'a':1},'version':1" + TIMES)
                .replace('\'', '"');
        assertEquals(json, draft.json(LogStoreFixture.orderId(7)));
        assertEquals(json.replace(id, ""), draft.json());
        assertEquals(
                "{'id':'','device_id':'grill','status':'new','version':1".replace('\'', '"') + TIMES.replace('\'', '"'),
                draft("{'device_id':'grill'}").json());
    }

    @Test
    void draftCountsWhatItHolds() {
        int bytes = draft("{'device_id':'grill'}").bytes();

        assertTrue(bytes >= "grill".length());
        assertEquals(
                1_000,
                draft("{'device_id':'grill','data':{'a':'" + "x".repeat(1_000) + "'}}")
                                .bytes()
                        - draft("{'device_id':'grill','data':{'a':''}}").bytes());
        assertEquals(
                "grill-of-the-shop".length() - "grill".length(),
                draft("{'device_id':'grill-of-the-shop'}").bytes() - bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | the body must be a JSON object",
                "{} | device_id is missing",
                "{'device_id':7} | device_id must be a string",
                "{'device_id':'gr ill'} | device_id must be 1 to 64 of A-Z a-z 0-9 _ -",
                "{'device_id':'g','status':'new'} | unknown field \"status\"",
                "{'device_id':'g','partner_id':'a/b'} | partner_id must be 1 to 64 of A-Z a-z 0-9 _ -",
                "{'device_id':'g','recipe_id':7} | recipe_id must be a string",
                "{'device_id':'g','recipe_id':''} | recipe_id must have 1 to 128 characters",
                "{'device_id':'g','volume':true} | volume must be a string or a number",
                "{'device_id':'g','volume':''} | volume must have 1 to 64 characters",
                "{'device_id':'g','data':[]} | data must be a JSON object",
            })
    void requestThatIsNoOrderIsRefusedByName(String json, String message) {
        assertEquals(
                message,
                assertThrows(InvalidOrderException.class, () -> draft(json)).getMessage());
    }

    @Test
    void longestTextsAreTakenAndLongerOnesAreNot() {
        for (String field : new String[] {"recipe_id", "volume"}) {
            int max = field.equals("volume") ? OrderFields.VOLUME_LENGTH_MAX : OrderFields.RECIPE_LENGTH_MAX;
            String longest = "x".repeat(max);
            assertTrue(draft("{'device_id':'g','" + field + "':'" + longest + "'}")
                    .json()
                    .contains(longest));
            assertThrows(
                    InvalidOrderException.class, () -> draft("{'device_id':'g','" + field + "':'" + longest + "x'}"));
        }
    }

    /** The answer must not repeat 64 KB of a request. */
    @Test
    void unknownFieldIsNamedWithAtMost64OfItsCharacters() {
        for (int length : new int[] {64, 65}) {
            String message = assertThrows(InvalidOrderException.class, () -> draft("{'" + "x".repeat(length) + "':1}"))
                    .getMessage();
            assertEquals("unknown field \"" + "x".repeat(64) + (length > 64 ? "...\"" : "\""), message);
        }
    }

    @Test
    void routesSeeTheScalarFieldsOfANewOrder() {
        EventFacts facts = OrderFacts.ofNew(
                draft(
                        "{'device_id':'grill','recipe_id':'latte','volume':2,'data':{'size':2,'hot':true,'list':[1],'no':null}}"));

        assertEquals("io.bellwire.order.created", facts.type());
        assertEquals("/v1/orders/feed", facts.source());
        assertEquals("grill", facts.attribute("device_id"));
        assertEquals("new", facts.attribute("status"));
        assertEquals("latte", facts.attribute("recipe_id"));
        assertEquals("2", facts.attribute("data.size"));
        assertEquals("true", facts.attribute("data.hot"));
        for (String absent :
                new String[] {"partner_id", "volume", "version", "data", "data.list", "data.no", "data.other", "size"
                }) {
            assertNull(facts.attribute(absent), absent);
        }
    }
}

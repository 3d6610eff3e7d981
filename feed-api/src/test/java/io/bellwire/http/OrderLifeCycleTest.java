package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps of an order: which are allowed, to whom, and in which feeds they are. */
class OrderLifeCycleTest {
    /** The steps from new that lead to each status. */
    private static final Map<String, List<String>> STEPS_TO = Map.of(
            "new", List.of(),
            "accepted", List.of("accepted"),
            "rejected", List.of("rejected"),
            "cancelled", List.of("cancelled"),
            "in_progress", List.of("accepted", "in_progress"),
            "ready", List.of("accepted", "in_progress", "ready"),
            "delivered", List.of("accepted", "in_progress", "ready", "delivered"));

    private static ApiFixture server;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String orderThatIs(ApiFixture.Device device, String status) {
        String order = server.operator().order(device.order()).expect(201).header("location");
        for (String step : STEPS_TO.get(status)) {
            server.operator().step(order, step).expect(200);
        }
        return order;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "new         | accepted, rejected, cancelled",
                "accepted    | in_progress, cancelled",
                "in_progress | ready, cancelled",
                "ready       | delivered",
                "rejected    | none",
                "delivered   | none",
                "cancelled   | none",
            })
    void eachStepIsAllowedFromWhereItLeadsOnAndRefusedElsewhereWithTheAllowedOnes(String from, String allowed) {
        ApiFixture.Device grill = server.register("grill");
        for (String to : STEPS_TO.keySet()) {
            String order = orderThatIs(grill, from);
            CheckedResponse before = server.operator().get(order).expect(200);
            CheckedResponse step = server.operator().step(order, to);
            if (to.equals(from) && !to.equals("rejected")) {
                assertEquals(before.text(), step.expect(200).text());
            } else if (List.of(allowed.split(", ")).contains(to) || to.equals(from)) {
                assertEquals(to, step.expect(200).text("status"));
            } else {
                step.expectProblem(409, "forbidden-step", "the order is " + from + "; allowed from here: " + allowed);
                assertEquals(before.text(), server.operator().get(order).text(), from + " to " + to);
            }
        }
    }

    @Test
    void eachChangeIsANewVersionInAllFeedsOfTheOrder() {
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Partner acme = server.registerPartner("acme");
        long headBefore = server.headOfOrders();
        CheckedResponse made = server.order(grill, acme);
        String order = made.header("location");
        List<JsonNode> versions = new ArrayList<>(List.of(made.json()));
        for (String patch : List.of(
                "{\"status\":\"accepted\"}",
                "{\"volume\":2}",
                "{\"status\":\"in_progress\",\"data\":{\"note\":\"hot\"}}",
                "{\"status\":\"in_progress\",\"reason\":\"busy\"}",
                "{\"status\":\"cancelled\"}")) {
            CheckedResponse changed = server.operator()
                    .patch(order, patch, "If-Match", "\"" + versions.size() + "\"")
                    .expect(200);
            versions.add(changed.json());
            assertEquals("\"" + versions.size() + "\"", changed.header("etag"));
            assertEquals(versions.size(), changed.json().path("version").asInt());
            CheckedResponse read = server.operator().get(order).expect(200);
            assertEquals(changed.text(), read.text());
            assertEquals(changed.header("etag"), read.header("etag"));
        }

        List<String> types =
                List.of("created", "status-changed", "updated", "status-changed", "updated", "status-changed");
        for (JsonNode feed : List.of(
                grill.client().get(grill.feed()).expect(200).json(),
                acme.client().get(acme.feed()).expect(200).json())) {
            assertEquals(types.size(), feed.size());
            for (int i = 0; i < types.size(); i++) {
                assertEquals(
                        "io.bellwire.order." + types.get(i),
                        feed.get(i).path("type").asText());
                assertEquals(versions.get(i), feed.get(i).path("data"));
                assertEquals(i + 1, feed.get(i).path("revision").asInt());
                assertEquals(versions.get(i).path("id"), feed.get(i).path("subject"));
            }
        }
        assertEquals(headBefore + types.size(), server.headOfOrders());
    }

    @Test
    void changeWithoutEffectIsInNoFeed() {
        ApiFixture.Device grill = server.register("grill");
        String order = server.operator()
                .order("{\"device_id\":\"" + grill.id() + "\",\"volume\":1.50,\"data\":{\"a\":[1]}}")
                .expect(201)
                .header("location");
        CheckedResponse before = server.operator().get(order).expect(200);

        for (String patch : List.of(
                "{}",
                "{\"status\":\"new\"}",
                "{\"volume\":1.50,\"data\":{\"a\":[1],\"b\":null}}",
                "{\"recipe_id\":null}")) {
            CheckedResponse same =
                    server.operator().patch(order, patch, "If-Match", "\"1\"").expect(200);
            assertEquals(before.text(), same.text(), patch);
            assertEquals("\"1\"", same.header("etag"));
        }
        assertEquals(List.of(1L), grill.client().get(grill.feed()).revisions());
    }

    @Test
    void deviceChangesOnlyTheStatusOfItsOwnOrders() {
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Device fryer = server.register("fryer");
        String order = server.operator().order(grill.order()).expect(201).header("location");

        for (String patch : List.of("{\"volume\":1}", "{\"status\":\"accepted\",\"data\":{}}", "{}")) {
            grill.client().patch(order, patch, "If-Match", "*").expectProblem(403, "forbidden", "status and reason");
        }
        grill.client().step(order, "cancelled").expectProblem(403, "forbidden", "cancels nothing");
        fryer.client().step(order, "accepted").expectProblem(404, "not-found", "no order");

        for (String step : List.of("accepted", "in_progress", "ready", "delivered")) {
            assertEquals(step, grill.client().step(order, step).expect(200).text("status"));
        }
        String second = server.operator().order(grill.order()).expect(201).header("location");
        CheckedResponse rejected = grill.client().step(second, "rejected").expect(200);
        assertEquals("sold out", rejected.text("reason"));
    }

    @Test
    void reasonIsThatOfTheLastStep() {
        ApiFixture.Device grill = server.register("grill");
        String order = server.operator().order(grill.order()).expect(201).header("location");

        CheckedResponse accepted = server.operator()
                .patch(order, "{\"status\":\"accepted\",\"reason\":\"late\"}", "If-Match", "*")
                .expect(200);
        assertEquals("late", accepted.text("reason"));
        assertEquals(
                "late",
                server.operator()
                        .patch(order, "{\"volume\":1}", "If-Match", "*")
                        .expect(200)
                        .text("reason"));
        assertFalse(
                server.operator().step(order, "in_progress").expect(200).json().has("reason"));
    }
}

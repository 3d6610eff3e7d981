package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.FeedApiOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders that are submitted with respond-async: submit, poll the status or read the feed, get the order. */
class AsyncOrdersTest {
    private final TestClock clock = new TestClock("2026-11-20T08:00:00Z");
    private ApiFixture server;
    private ApiFixture.Device grill;
    private ApiFixture.Partner acme;

    @BeforeEach
    void start() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT, clock);
        grill = server.register("grill");
        acme = server.registerPartner("acme");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CheckedResponse submit(String... headers) {
        return acme.client().postJson("/v1/orders?prefer=respond-async", grill.order(), headers);
    }

    @Test
    void orderIsAcceptedAtOnceAndItsStatusShowsTheDecision() {
        CheckedResponse taken = submit().expect(202);

        String status = taken.header("location");
        String order = taken.text("order");
        assertEquals(order + "/status", status);
        assertEquals(status, taken.text("status"));
        assertEquals("respond-async", taken.header("preference-applied"));
        assertEquals("5", taken.header("retry-after"), "the first guess");
        assertTrue(taken.optionalHeader("etag").isEmpty());
        CheckedResponse pending = acme.client().get(status).expect(200);
        assertEquals("{\"state\":\"pending\",\"status\":\"new\",\"order\":\"" + order + "\"}", pending.text());
        assertEquals("5", pending.header("retry-after"));
        assertEquals("no-store", pending.header("cache-control"));

        grill.client().step(order, "accepted").expect(200);

        CheckedResponse decided = acme.client().get(status).expect(200);
        assertEquals("{\"state\":\"decided\",\"status\":\"accepted\",\"order\":\"" + order + "\"}", decided.text());
        assertTrue(decided.optionalHeader("retry-after").isEmpty());
        assertEquals(
                "accepted", acme.client().get(decided.text("order")).expect(200).text("status"));
    }

    @Test
    void requesterGetsTheDecisionInItsFeedAndNeedNotPoll() {
        String order = submit().expect(202).text("order");
        String cursor = acme.client().get(acme.feed()).expect(200).cursor();

        grill.client().step(order, "rejected").expect(200);

        JsonNode changes =
                acme.client().get(acme.feed() + "?cursor=" + cursor).expect(200).json();
        assertEquals(1, changes.size());
        assertEquals(
                "io.bellwire.order.status-changed", changes.get(0).path("type").asText());
        assertEquals("rejected", changes.at("/0/data/status").asText());
        assertEquals("sold out", changes.at("/0/data/reason").asText());
    }

    @Test
    void preferencesOnSeveralHeaderLinesAreOneList() {
        acme.client()
                .order(grill.order(), "Prefer", "wait=10", "Prefer", "respond-async")
                .expect(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"respond-async", "RESPOND-ASYNC", "wait=10, respond-async", "respond-async; wait=10"})
    void preferenceMayStandInTheHeader(String prefer) {
        CheckedResponse taken =
                acme.client().order(grill.order(), "Prefer", prefer).expect(202);
        assertEquals("respond-async", taken.header("preference-applied"));
    }

    @Test
    void preferencesThatAreNotKnownAreNoErrorInTheHeader() {
        CheckedResponse made =
                acme.client().order(grill.order(), "Prefer", "return=minimal").expect(201);
        assertFalse(made.optionalHeader("preference-applied").isPresent());
        acme.client()
                .postJson("/v1/orders?prefer=return", grill.order())
                .expectProblem(400, "invalid-request", "prefer may only be respond-async");
    }

    @Test
    void orderIsValidatedWhenItIsSubmitted() {
        acme.client()
                .postJson("/v1/orders?prefer=respond-async", "{\"device_id\":\"" + grill.id() + "\",\"volume\":true}")
                .expectProblem(400, "invalid-request", "volume");
        acme.client()
                .postJson("/v1/orders?prefer=respond-async", "{\"device_id\":\"nobody\"}")
                .expectProblem(400, "invalid-request", "no device nobody");
        assertEquals(List.of(), grill.client().get(grill.feed()).revisions());
    }

    @Test
    void repeatedSubmissionIsTheSameOrder() {
        CheckedResponse first = submit("Idempotency-Key", "breakfast").expect(202);

        CheckedResponse again = submit("Idempotency-Key", "breakfast").expect(202);
        CheckedResponse atOnce = acme.client()
                .order(grill.order(), "Idempotency-Key", "breakfast")
                .expect(201);

        assertEquals(first.text(), again.text());
        assertEquals(
                first.text("order"), atOnce.header("location"), "the form of the answer is not part of the request");
        assertEquals(List.of(1L), grill.client().get(grill.feed()).revisions());
    }

    @Test
    void retryAfterFollowsTheTimesThatDecisionsTook() {
        String slow = submit().expect(202).text("order");
        String slower = submit().expect(202).text("order");
        String cancelled = submit().expect(202).text("order");
        clock.advance(Duration.ofSeconds(85));

        grill.client().step(slow, "accepted").expect(200);
        assertEquals("15", submit().header("retry-after"), "5 s and an eighth of what was 80 s more");
        acme.client().step(cancelled, "cancelled").expect(200);
        grill.client().step(slow, "in_progress").expect(200);
        grill.client().step(slow, "in_progress").expect(200);
        assertEquals("15", submit().header("retry-after"), "these are no decisions");
        grill.client()
                .postJson(
                        "/v1/orders/bulk-status-change",
                        "{\"status_changes\":[{\"order_id\":\"" + slower.substring("/v1/orders/".length())
                                + "\",\"new_status\":\"accepted\"}]}")
                .expect(200);
        assertEquals("23", submit().header("retry-after"), "one made in bulk counts too");
        clock.advance(Duration.ofDays(1));
        String forgotten = submit().expect(202).text("order");
        clock.advance(Duration.ofDays(1));
        grill.client().step(forgotten, "accepted").expect(200);
        assertEquals(
                "58", submit().header("retry-after"), "23 s and an eighth of the rest: none counts for over 300 s");
    }

    @Test
    void statusOfAnothersOrderIsNotFound() {
        String status = submit().expect(202).header("location");
        ApiFixture.Partner other = server.registerPartner("other");

        other.client().get(status).expectProblem(404, "not-found", "no order");
        server.stranger().get(status).expect(401);
        grill.client().get(status).expect(200);
        server.operator().get(status).expect(200);
    }
}

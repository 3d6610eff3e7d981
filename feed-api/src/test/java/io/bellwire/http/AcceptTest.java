package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The header Accept, for each kind of answer. */
class AcceptTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | application/json | true",
                "application/json | */* | true",
                "application/json | application/*;q=0.1 | true",
                "application/json | text/html, */*;q=0.8 | true",
                "application/json | text/html | false",
                "application/json | application/json;q=0, */* | false",
                "application/json | */*;q=0 | false",
                "application/json | application/problem+json | false",
                "application/json | garbage | false",
                "application/cloudevents-batch+json | application/json | true",
                "application/cloudevents-batch+json | application/cloudevents-batch+json | true",
                "application/cloudevents-batch+json | text/event-stream | false",
                "text/event-stream | text/* | true",
                "text/event-stream | application/json | false",
                "text/plain | text/plain;version=0.0.4;q=0.5, */*;q=0.1 | true",
            })
    void mostSpecificRangeDecides(String mediaType, String accept, boolean isAllowed) {
        assertEquals(isAllowed, AcceptHeader.allows(HttpFields.build().put("Accept", accept), mediaType));
    }

    @Test
    void malformedAcceptCountsAsMissing() {
        try (ApiFixture server = ApiFixture.inMemory()) {
            ApiFixture.Device grill = server.register("grill");
            server.operator()
                    .order(grill.order(), "Accept", "application/json;q=0.5, */*;q= 0")
                    .expect(201);
        }
    }

    @Test
    void requestWhoseAnswerIsNotAcceptedIsRefusedAndDoesNothing() {
        try (ApiFixture server = ApiFixture.inMemory()) {
            ApiFixture.Device grill = server.register("grill");

            server.operator()
                    .order(grill.order(), "Accept", "text/html")
                    .expectProblem(406, "not-acceptable", "application/json");
            grill.client()
                    .get(grill.feed(), "Accept", "text/html")
                    .expectProblem(406, "not-acceptable", "application/cloudevents-batch+json");

            assertEquals(
                    "[]",
                    grill.client()
                            .get(grill.feed(), "Accept", "application/json")
                            .expect(200)
                            .text());
        }
    }
}

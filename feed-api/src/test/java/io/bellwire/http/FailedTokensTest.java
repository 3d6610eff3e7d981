package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.FailedLoginLimits;
import io.bellwire.admission.TokenBucket;
import io.bellwire.feedapi.FeedApiOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens that are not known, all from the loopback address, as from behind one proxy. */
class FailedTokensTest {
    private final TestClock clock = new TestClock("2026-11-20T08:00:00Z");
    private final ApiFixture server = ApiFixture.of(
            FeedApiOptions.DEFAULT.withFailedLogins(
                    new FailedLoginLimits(new TokenBucket(1, 5), Duration.ofMinutes(1))),
            clock);

    @AfterEach
    void stop() {
        server.close();
    }

    private void guess(ApiFixture.Device device) {
        guess(device, 6);
    }

    private void guess(ApiFixture.Device device, int times) {
        for (int i = 0; i < times; i++) {
            server.as("guess-" + i).get(device.feed()).expectProblem(401, "unauthorized", "not known");
        }
    }

    @Test
    void addressWithTooManyUnknownTokensGetsRetryAfterAndIsThenServed() {
        ApiFixture.Device grill = server.register("grill");
        guess(grill);

        CheckedResponse refused = server.as("another")
                .get(grill.feed())
                .expectProblem(429, "rate-limited", "too many requests from 127.0.0.1 had unknown tokens");

        assertEquals("1", refused.header("retry-after"));
        assertEquals(6, server.meters().get("bellwire.logins.failed").counter().count());
        assertEquals(1, server.meters().get("bellwire.logins.delayed").counter().count());
        clock.advance(Duration.ofSeconds(1));
        server.as("another").get(grill.feed()).expect(401);
    }

    @Test
    void guarantee6KnownCallersAndTheOperatorAreServedWhileTheirAddressHasToWait() {
        ApiFixture.Device grill = server.register("grill");
        grill.client().get(grill.feed()).expect(200);
        guess(grill);

        server.as("another").get(grill.feed()).expect(429);

        grill.client().get(grill.feed()).expect(200);
        server.operator().get(grill.feed()).expect(200);
        server.stranger().get(grill.feed()).expectProblem(401, "unauthorized", "is missing");
    }

    @Test
    void tokenThatWasRotatedIsUnknownAndItsSuccessorIsNot() {
        ApiFixture.Device grill = server.register("grill");
        grill.client().get(grill.feed()).expect(200);
        String secret = server.operator()
                .post(grill.path() + "/secret")
                .expect(200)
                .json()
                .get("secret")
                .asText();

        grill.client().get(grill.feed()).expect(401);
        server.as(secret).get(grill.feed()).expect(200);
        guess(grill, 5);

        grill.client().get(grill.feed()).expect(429);
        server.as(secret).get(grill.feed()).expect(200);
        assertTrue(
                server.meters().get("bellwire.logins.failed.addresses").gauge().value() >= 1);
    }
}

package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.TokenBucket;
import io.bellwire.feedapi.FeedApiOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final TestClock clock = new TestClock("2026-11-20T08:00:00Z");
    private ApiFixture server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(TokenBucket callers, TokenBucket feedReads) {
        server = ApiFixture.of(FeedApiOptions.DEFAULT.withRates(callers, feedReads), clock);
    }

    private double refused(String limit) {
        return server.meters()
                .get("bellwire.rate.refused")
                .tag("limit", limit)
                .counter()
                .count();
    }

    private double remembered() {
        return server.meters().get("bellwire.rate.callers").gauge().value();
    }

    @Test
    void deviceOverItsRateGetsRetryAfterAndIsThenServed() {
        start(new TokenBucket(1, 3), TokenBucket.UNLIMITED);
        ApiFixture.Device grill = server.register("grill");
        for (int i = 0; i < 3; i++) {
            grill.client().get(grill.feed()).expect(200);
        }

        CheckedResponse refused =
                grill.client().get(grill.feed()).expectProblem(429, "rate-limited", grill.id() + " asks too often");

        assertEquals("1", refused.header("retry-after"));
        clock.advance(Duration.ofMillis(999));
        grill.client().get(grill.feed()).expect(429);
        clock.advance(Duration.ofMillis(1));
        grill.client().get(grill.feed()).expect(200);
        grill.client().get(grill.feed()).expect(429);
        assertEquals(3, refused("caller"));
        assertEquals(0, refused("feed-reads"));
    }

    @Test
    void everyCallOfADeviceCountsAndALongPollCountsOnce() {
        start(new TokenBucket(1, 5), TokenBucket.UNLIMITED);
        ApiFixture.Device grill = server.register("grill");
        String cursor =
                grill.client().get(grill.feed() + "?wait_ms=1").expect(200).cursor();
        grill.client().get(grill.path()).expect(200);
        grill.client()
                .postJson(grill.path() + "/acks", "{\"processed\":\"" + cursor + "\"}")
                .expect(200);
        grill.client().get(grill.path() + "/orders").expect(200);
        grill.client().get("/v1/orders/pending").expect(200);

        grill.client().get(grill.path() + "/signals").expectProblem(429, "rate-limited", "");
        grill.client().get(grill.path()).expect(429);
        grill.client()
                .postJson(grill.path() + "/acks", "{\"processed\":\"" + cursor + "\"}")
                .expect(429);
        grill.client().postJson("/v1/orders/bulk-status-change", "{}").expect(429);
        grill.client().get("/v1/orders/01930000-0000-7000-8000-000000000000").expect(429);
        grill.client()
                .patch("/v1/orders/01930000-0000-7000-8000-000000000000", "{}")
                .expect(429);
    }

    @Test
    void callerOverItsRateDoesNotAffectOthersAndTheOperatorHasNoLimit() {
        start(new TokenBucket(1, 2), TokenBucket.UNLIMITED);
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Partner cafe = server.registerPartner("cafe");
        for (int i = 0; i < 10; i++) {
            grill.client().get(grill.feed());
        }
        assertEquals(8, refused("caller"));
        cafe.client().get(cafe.feed()).expect(200);
        cafe.client().get(cafe.feed()).expect(200);
        cafe.client().get(cafe.feed()).expect(429);
        for (int i = 0; i < 10; i++) {
            server.operator().get(grill.feed()).expect(200);
        }
    }

    @Test
    void waitsAreRoundedUpToWholeSeconds() {
        start(new TokenBucket(1, 1), TokenBucket.UNLIMITED);
        ApiFixture.Device grill = server.register("grill");
        grill.client().get(grill.feed()).expect(200);
        clock.advance(Duration.ofMillis(999));

        assertEquals("1", grill.client().get(grill.feed()).expect(429).header("retry-after"));
    }

    @Test
    void feedReadsOfAllCallersShareOneRateAndNothingElseCounts() {
        start(TokenBucket.UNLIMITED, new TokenBucket(2, 2));
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Partner cafe = server.registerPartner("cafe");
        grill.client().get(grill.feed()).expect(200);
        server.operator().get(cafe.feed()).expect(200);

        cafe.client().get(cafe.feed()).expectProblem(429, "rate-limited", "by all together");
        server.operator().get(grill.feed()).expect(429);
        grill.client().get(grill.path() + "/orders").expect(200);
        grill.client().get(grill.path()).expect(200);

        assertEquals(2, refused("feed-reads"));
        clock.advance(Duration.ofMillis(500));
        cafe.client().get(cafe.feed()).expect(200);
        grill.client().get(grill.feed()).expect(429);
    }

    @Test
    void callerThatIsRefusedForItselfTakesNothingFromTheOthers() {
        start(new TokenBucket(1, 1), new TokenBucket(2, 2));
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Device fryer = server.register("fryer");
        for (int i = 0; i < 5; i++) {
            grill.client().get(grill.feed());
        }

        fryer.client().get(fryer.feed()).expect(200);
    }

    @Test
    void bucketOfAnIdleCallerIsRemoved() {
        start(new TokenBucket(1, 60), TokenBucket.UNLIMITED);
        for (int i = 0; i < 20; i++) {
            ApiFixture.Device grill = server.register("grill");
            grill.client().get(grill.feed()).expect(200);
        }
        assertEquals(20, remembered());

        clock.advance(Duration.ofSeconds(59));
        ApiFixture.Device fryer = server.register("fryer");
        fryer.client().get(fryer.feed()).expect(200);
        assertEquals(21, remembered());
        clock.advance(Duration.ofSeconds(2));

        assertEquals(1, remembered());
    }

    @Test
    void metricsTellTheCapacityThatIsMeasured() {
        start(TokenBucket.UNLIMITED, TokenBucket.UNLIMITED);
        assertEquals(2_000, server.api().serviceRate().pagesPerSecond(), 1e-6);
        ApiFixture.Device grill = server.register("grill");
        server.orders(grill, 10);
        for (int i = 0; i < 20; i++) {
            grill.client().get(grill.feed()).expect(200);
        }

        double measured = server.api().serviceRate().pagesPerSecond();
        assertTrue(measured > 0 && measured != 2_000, "is " + measured);
        assertTrue(server.stranger().get("/metrics").expect(200).text().contains("bellwire_feed_capacity"));
    }
}

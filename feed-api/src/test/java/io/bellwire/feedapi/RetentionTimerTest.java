package io.bellwire.feedapi;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.http.ApiFixture;
import io.bellwire.http.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The server's timer deletes what is older than the retention. */
class RetentionTimerTest {
    private static final Duration RETENTION = FeedApiOptions.DEFAULT.retention();

    private final TestClock clock = new TestClock("2026-11-20T08:00:00Z");

    /** Nothing is written any more, so the segment ends only because of its age. */
    @Test
    void changesAreDeletedAfterTheRetention() {
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT, clock, 20)) {
            ApiFixture.Device grill = server.register("grill");
            server.orders(grill, 3);
            Instant written = clock.instant();

            await().pollInterval(Duration.ofMillis(50)).until(() -> {
                clock.advance(Duration.ofHours(12));
                return server.operator().get(grill.feed()).status() == 410;
            });

            Duration kept = Duration.between(written, clock.instant());
            assertTrue(kept.compareTo(RETENTION) > 0, "forgotten after " + kept);
            assertEquals("before-retention", server.operator().get(grill.feed()).text("reason"));
        }
    }
}

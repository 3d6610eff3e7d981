package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.FeedId;
import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.EndpointId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentAttemptsTest {
    private static final EndpointId MAIN = endpoint(0);
    private static final long DAY_NANOS = Duration.ofHours(24).toNanos();

    private final RecentAttempts attempts = new RecentAttempts(new AttemptLimits(Duration.ofHours(24), 10, 30));

    private static EndpointId endpoint(int number) {
        return new EndpointId(FeedId.ofPartner("p" + number), "main");
    }

    private void add(EndpointId id, String webhookId, int status, long atNanos) {
        attempts.add(
                id,
                new CallMade(webhookId, "full", 7, 8, 1_000),
                StubCallSender.answered(status, "answer of " + webhookId),
                atNanos);
    }

    private List<String> ids(EndpointId id, long nowNanos) {
        return attempts.page(id, 100, Long.MAX_VALUE, nowNanos).stream()
                .map(CallAttempt::webhookId)
                .toList();
    }

    @Test
    void attemptsAreShownNewestFirstAndPageByPage() {
        for (int i = 1; i <= 4; i++) {
            add(MAIN, "a" + i, 200, i);
        }

        List<CallAttempt> first = attempts.page(MAIN, 3, Long.MAX_VALUE, 5);
        assertEquals(
                List.of("a4", "a3", "a2"),
                first.stream().map(CallAttempt::webhookId).toList());
        List<CallAttempt> next = attempts.page(MAIN, 3, first.get(2).number(), 5);
        assertEquals(List.of("a1"), next.stream().map(CallAttempt::webhookId).toList());
        assertEquals(List.of(), attempts.page(endpoint(1), 3, Long.MAX_VALUE, 5));
    }

    @Test
    void attemptSaysWhatBecameOfIt() {
        add(MAIN, "good", 204, 1);
        add(MAIN, "bad", 503, 2);

        assertEquals(
                List.of(
                        new CallAttempt(2, "bad", 1_000, "full", 7, 8, "503", "answer of bad", 2, false),
                        new CallAttempt(1, "good", 1_000, "full", 7, 8, "204", "", 2, true)),
                attempts.page(MAIN, 100, Long.MAX_VALUE, 3));
        assertEquals(
                503,
                Integer.parseInt(attempts.find(MAIN, "bad", 3).orElseThrow().what()));
        assertEquals(Optional.empty(), attempts.find(MAIN, "other", 3));
        assertEquals(Optional.empty(), attempts.find(endpoint(1), "bad", 3));
    }

    @Test
    void successesDoNotPushFailuresOut() {
        add(MAIN, "bad", 500, 1);
        for (int i = 0; i < 1_000; i++) {
            add(MAIN, "good" + i, 200, i);
        }

        assertEquals(List.of("good999", "good998", "good997", "good996", "good995", "bad"), ids(MAIN, 1_000));
        assertEquals(6, attempts.size());
    }

    @Test
    void failuresDoNotPushSuccessesOut() {
        for (int i = 0; i < 20; i++) {
            add(MAIN, "good" + i, 200, i);
        }
        for (int i = 0; i < 1_000; i++) {
            add(MAIN, "bad" + i, 500, i);
        }
        add(MAIN, "good20", 200, 1_000);

        assertEquals(
                List.of(
                        "good20", "bad999", "bad998", "bad997", "bad996", "bad995", "good19", "good18", "good17",
                        "good16"),
                ids(MAIN, 1_000));
        assertEquals(10, attempts.size());
    }

    @Test
    void attemptIsForgottenAfterItsTime() {
        add(MAIN, "old", 200, 0);
        add(MAIN, "new", 200, DAY_NANOS / 2);
        assertEquals(List.of("new", "old"), ids(MAIN, DAY_NANOS));
        assertEquals(List.of("new"), ids(MAIN, DAY_NANOS + 1));

        // and takes no memory once anybody else is called
        add(endpoint(1), "other", 200, 2 * DAY_NANOS);
        assertEquals(1, attempts.size());
    }

    @Test
    void endpointThatWasCalledLongestAgoIsForgottenFirst() {
        for (int endpoint = 0; endpoint < 3; endpoint++) {
            for (int i = 0; i < 10; i++) {
                add(endpoint(endpoint), "a" + i, i % 2 == 0 ? 200 : 500, i);
            }
        }
        assertEquals(30, attempts.size());
        add(endpoint(0), "again", 200, 20);
        add(endpoint(3), "one", 200, 21);

        assertEquals(10, ids(endpoint(0), 21).size());
        assertEquals(List.of(), ids(endpoint(1), 21));
        assertEquals(10, ids(endpoint(2), 21).size());
        assertEquals(21, attempts.size());
    }

    @Test
    void deletedEndpointIsForgotten() {
        add(MAIN, "a", 200, 1);
        attempts.remove(MAIN);
        attempts.remove(endpoint(1));

        assertEquals(0, attempts.size());
        assertEquals(List.of(), ids(MAIN, 2));
    }

    @Test
    void wrongLimitsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AttemptLimits(Duration.ZERO, 100, 100_000));
        assertThrows(IllegalArgumentException.class, () -> new AttemptLimits(Duration.ofDays(8), 100, 100_000));
        assertThrows(IllegalArgumentException.class, () -> new AttemptLimits(Duration.ofHours(1), 1, 100_000));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new AttemptLimits(Duration.ofHours(1), 100, 99));
        assertTrue(String.valueOf(refused.getMessage()).contains("99"));
    }
}

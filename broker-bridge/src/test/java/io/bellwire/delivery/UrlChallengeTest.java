package io.bellwire.delivery;

import static io.bellwire.delivery.StubCallSender.answered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Revision;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.WebhookEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A new URL is called only after it has answered its challenge; the old one is called meanwhile. */
class UrlChallengeTest extends DeliveryFixture {
    private static final String NEW_URL = "https://new.acme.example/hook";
    private static final EndpointUrls.Pending PENDING =
            new EndpointUrls.Pending(NEW_URL, "r4nd0m", 0, Duration.ofHours(1).toMillis());

    private void putWithPending() {
        EndpointUrls urls = new EndpointUrls(Optional.of(URL), Optional.of(PENDING), Optional.empty());
        WebhookEndpoint endpoint = endpoint(MAIN, settings(CallPayload.FULL), urls);
        deliveries.put(endpoint, Optional.of(new EndpointPosition(feed.epoch, Revision.NONE)));
    }

    private List<Long> challengeSeconds() {
        return sender.sent.stream()
                .filter(one -> one.call().url().equals(NEW_URL))
                .map(StubCallSender.Sent::atSeconds)
                .toList();
    }

    @Test
    void urlThatAnswersTheChallengeIsConfirmedOnce() {
        sender.answer = call -> answered(200, "{\"challenge\":\"r4nd0m\"}");
        putWithPending();
        after(Duration.ofHours(2));

        assertEquals(List.of(0L), challengeSeconds());
        assertEquals(List.of(PENDING), log.confirmed);
        assertEquals(List.of(), log.givenUp);
        StubCallSender.Sent challenge = sender.sent.get(0);
        assertEquals("challenge", challenge.call().payload());
        assertTrue(challenge.text().endsWith("\"data\":{\"challenge\":\"r4nd0m\"}}"), challenge.text());
        assertFalse(challenge.id().contains("."));
    }

    @Test
    void urlThatDoesNotAnswerIsAskedAgainForAnHourAndThenGivenUp() {
        sender.answer = call -> answered(200, "thank you");
        putWithPending();
        commit(1);
        after(Duration.ofHours(3));

        assertEquals(List.of(0L, 5L, 35L, 335L, 1_235L, 2_135L, 3_035L), challengeSeconds());
        assertEquals(List.of(), log.confirmed);
        assertEquals(List.of(PENDING), log.givenUp);
        // meanwhile the old one gets the changes
        assertEquals(
                1,
                sender.sent.stream().filter(one -> one.call().url().equals(URL)).count());
    }

    @Test
    void confirmationThatCannotBeWrittenIsWrittenLater() {
        sender.answer = call -> answered(204, "r4nd0m");
        log.isFailing = true;
        putWithPending();
        after(Duration.ofMinutes(1));
        assertEquals(1, challengeSeconds().size());

        log.isFailing = false;
        after(EndpointWrites.AGAIN_AFTER.plusSeconds(1));
        assertEquals(List.of(PENDING), log.confirmed);
    }

    @Test
    void challengeOfAUrlThatWasTakenBackEnds() {
        sender.answer = call -> answered(500);
        putWithPending();
        after(Duration.ofSeconds(1));
        deliveries.put(endpoint(settings(CallPayload.FULL)), Optional.empty());
        after(Duration.ofHours(2));

        assertEquals(1, challengeSeconds().size());
        assertEquals(List.of(), log.givenUp);
    }

    @Test
    void onlyTheExactValueIsAnAnswer() {
        assertTrue(isAnswer("r4nd0m"));
        assertTrue(isAnswer(" r4nd0m\r\n"));
        assertTrue(isAnswer("{ \"challenge\": \"r4nd0m\" }\n"));
        for (String other : List.of(
                "",
                "{}",
                "R4ND0M",
                "r4nd0mx",
                "\"r4nd0m\"",
                "{\"challenge\":\"r4nd0m",
                "[\"r4nd0m\"]",
                "{\"challenge\":[\"r4nd0m\"]}",
                "{\"data\":{\"challenge\":\"r4nd0m\"}}",
                "{\"type\":\"io.bellwire.endpoint.challenge\",\"challenge\":\"r4nd0m\"}",
                "<html>r4nd0m</html>")) {
            assertFalse(isAnswer(other), other);
        }
        assertFalse(isAnswer("[".repeat(16_000)));
    }

    private static boolean isAnswer(String body) {
        return UrlChallenge.isAnswer(body.getBytes(StandardCharsets.UTF_8), "r4nd0m");
    }
}

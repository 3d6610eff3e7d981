package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.RecoveryRefusedException;
import io.bellwire.webhook.RecoveryRefusedException.Reason;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Tests and repetitions that somebody asks for, beside the delivery of an endpoint. */
class AskedCallsTest extends DeliveryFixture {
    private static final String FIRST = "abcdefghij-1";

    private CompletableFuture<CallAttempt> test() {
        return deliveries.recovery().test(MAIN).toCompletableFuture();
    }

    private CompletableFuture<Boolean> again(String webhookId) {
        CompletableFuture<Boolean> queued =
                deliveries.recovery().callAgain(MAIN, webhookId).toCompletableFuture();
        after(Duration.ofMillis(100));
        return queued;
    }

    private static Reason refusal(CompletableFuture<?> refused) {
        assertTrue(refused.isDone());
        CompletionException thrown = assertThrows(CompletionException.class, refused::join);
        return ((RecoveryRefusedException) thrown.getCause()).reason();
    }

    private List<CallAttempt> attempts() {
        return deliveries.recovery().attempts(MAIN, 100, Long.MAX_VALUE);
    }

    @Test
    void testIsCalledAtOnceAndItsAnswerIsReturned() {
        put(settings(CallPayload.FULL));
        sender.answer = call -> StubCallSender.answered(200, "hello");
        CompletableFuture<CallAttempt> done = test();
        assertFalse(done.isDone());
        after(Duration.ofMillis(10));

        CallAttempt attempt = done.join();
        assertEquals("200", attempt.what());
        assertEquals("hello", attempt.detail());
        assertEquals("test", attempt.kind());
        assertTrue(sender.sent.get(0).text().contains("\"type\":\"io.bellwire.endpoint.test\""));
        assertEquals(sender.sent.get(0).id(), attempt.webhookId());
        assertTrue(attempt.webhookId().matches("test-[0-9a-f]{16}"), attempt.webhookId());
        assertEquals(0, health().attempts(), "it is no delivery");
        assertEquals(List.of("test"), attempts().stream().map(CallAttempt::kind).toList());
    }

    @Test
    void pausedEndpointCanBeTestedAndStaysPaused() {
        put(settings(CallPayload.FULL));
        sender.answer = call -> StubCallSender.answered(500, "down");
        commit(1);
        after(Duration.ofHours(4));
        int before = sender.sent.size();
        sender.answer = call -> StubCallSender.answered(200);
        CompletableFuture<CallAttempt> done = test();
        after(Duration.ofSeconds(1));

        assertTrue(done.join().isReceived());
        assertEquals(before + 1, sender.sent.size());
        assertEquals(EndpointState.PAUSED, health().state());
    }

    @Test
    void endpointCanBeTestedOnceASecond() {
        put(settings(CallPayload.FULL));
        CompletableFuture<CallAttempt> first = test();
        CompletableFuture<CallAttempt> second = test();
        after(Duration.ofMillis(999));
        assertTrue(first.join().isReceived());
        assertEquals(Reason.TOO_OFTEN, refusal(second));
        after(Duration.ofMillis(1));
        CompletableFuture<CallAttempt> third = test();
        after(Duration.ofMillis(10));
        assertTrue(third.join().isReceived());
    }

    @Test
    void endpointThatIsNotCalledCannotBeTested() {
        WebhookEndpoint endpoint = put(settings(CallPayload.FULL));
        deliveries.put(disabled(endpoint, DisabledReason.BY_REQUEST), Optional.empty());
        CompletableFuture<CallAttempt> refused = test();
        after(Duration.ofMillis(1));
        assertEquals(Reason.CONFLICT, refusal(refused));
        deliveries.remove(MAIN);
        assertEquals(Reason.NOT_FOUND, refusal(test()));
    }

    @Test
    void testOfAnEndpointThatIsDeletedMeanwhileEnds() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, limits(1, 1, 1), "*"));
        commit(1);
        time.runDue();
        CompletableFuture<CallAttempt> waiting = test(); // for its rate
        time.runDue();
        assertFalse(waiting.isDone());
        deliveries.remove(MAIN);
        time.runDue();

        assertEquals(Reason.NOT_FOUND, refusal(waiting));
    }

    @Test
    void deliveryIsSentAgainBesideTheOthersAsItsFeedHasIt() {
        put(settings(CallPayload.FULL));
        commit(3);
        after(Duration.ofSeconds(1));
        feed.recentMax = 0; // from the store
        again(FIRST).join();

        StubCallSender.Sent again = sender.sent.get(3);
        assertEquals(FIRST, again.id());
        assertEquals(sender.sent.get(0).text(), again.text());
        assertTrue(again.call().isReplay());
        assertEquals(4, attempts().size());
        assertEquals("replay", attempts().get(0).kind());
        assertEquals(1, attempts().get(0).last());
        assertEquals(3, health().attempts());
    }

    @Test
    void batchIsSentAgainAsOneWithItsId() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, limits(5, 1, 100), "*"));
        commit(1);
        commit(7);
        after(Duration.ofSeconds(1));
        String batch = sender.sent.get(1).id();
        int before = sender.sent.size();
        again(batch).join();

        assertEquals(batch, sender.sent.get(before).id());
        assertEquals(sender.sent.get(1).text(), sender.sent.get(before).text());
    }

    @Test
    void deliveryOfWhatIsGoneOrUnknownIsRefused() {
        WebhookEndpoint endpoint = put(settings(CallPayload.FULL));
        commit(3);
        after(Duration.ofSeconds(1));
        assertEquals(Reason.NOT_FOUND, refusal(again("abcdefghij-4")));

        feed.recentMax = 0;
        feed.of(ACME).earliest = 1;
        assertEquals(Reason.EXPIRED, refusal(again(FIRST)));
        again("abcdefghij-2").join();

        deliveries.put(
                endpoint(settings(CallPayload.FULL, CallOrdering.FEED, limits(1, 1, 100), "other")), Optional.empty());
        assertEquals(Reason.CONFLICT, refusal(again("abcdefghij-2")));
        deliveries.put(endpoint(settings(CallPayload.SIGNAL)), Optional.empty());
        assertEquals(Reason.CONFLICT, refusal(again("abcdefghij-2")));
        deliveries.put(disabled(endpoint, DisabledReason.BY_REQUEST), Optional.empty());
        assertEquals(Reason.CONFLICT, refusal(again("abcdefghij-2")));
    }

    @Test
    void onlyChangesCanBeSentAgain() {
        put(settings(CallPayload.SIGNAL));
        commit(1);
        after(Duration.ofSeconds(1));
        assertEquals(Reason.CONFLICT, refusal(again("abcdefghij-1-signal")));
    }

    @Test
    void askedCallsKeepToTheRateOfTheEndpointAndFewWait() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, limits(1, 1, 2), "*"));
        commit(1);
        after(Duration.ofSeconds(1));
        sender.sent.clear();
        for (int i = 0; i < 13; i++) {
            deliveries.recovery().callAgain(MAIN, FIRST);
        }
        CompletableFuture<Boolean> refused =
                deliveries.recovery().callAgain(MAIN, FIRST).toCompletableFuture();
        time.runDue();
        assertEquals(1, sender.sent.size());
        assertEquals(Reason.TOO_OFTEN, refusal(refused));
        after(Duration.ofSeconds(2));
        assertEquals(5, sender.sent.size());
        after(Duration.ofMinutes(1));
        assertEquals(AskedCalls.WAITING_MAX, sender.sent.size());
    }
}

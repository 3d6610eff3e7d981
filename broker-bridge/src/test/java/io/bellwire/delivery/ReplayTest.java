package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.RecoveryRefusedException;
import io.bellwire.webhook.RecoveryRefusedException.Reason;
import io.bellwire.webhook.ReplayRange;
import io.bellwire.webhook.ReplayState;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Replays under virtual time: they call again what was received, and live delivery goes on as if there were none. */
class ReplayTest extends DeliveryFixture {
    private static final ReplayRange ALL = range(0);

    private static ReplayRange range(long from) {
        return new ReplayRange(new Revision(from), Optional.empty(), OptionalInt.empty());
    }

    private static ReplayRange range(long from, long to, int perSecond) {
        return new ReplayRange(new Revision(from), Optional.of(new Revision(to)), OptionalInt.of(perSecond));
    }

    /** An endpoint that has received so many changes. */
    private WebhookEndpoint received(int changes) {
        WebhookEndpoint endpoint = put(settings(CallPayload.FULL));
        commit(changes);
        after(Duration.ofSeconds(changes));
        assertEquals(changes, sender.sent.size());
        sender.sent.clear();
        return endpoint;
    }

    private CompletableFuture<EndpointReplay> ask(ReplayRange range) {
        CompletableFuture<EndpointReplay> started =
                deliveries.recovery().startReplay(MAIN, range).toCompletableFuture();
        after(Duration.ofMillis(1));
        return started;
    }

    /** Starts a replay that is not refused. */
    private EndpointReplay start(ReplayRange range) {
        return ask(range).join();
    }

    private EndpointReplay shown() {
        return deliveries.recovery().replay(MAIN).orElseThrow();
    }

    private static Reason refusal(CompletableFuture<?> refused) {
        assertTrue(refused.isDone());
        CompletionException thrown = assertThrows(CompletionException.class, refused::join);
        return ((RecoveryRefusedException) thrown.getCause()).reason();
    }

    private List<Long> replayed() {
        return sender.sent.stream()
                .filter(one -> one.call().isReplay())
                .map(one -> Long.valueOf(one.id().substring(one.id().indexOf('-') + 1)))
                .toList();
    }

    private List<Long> live() {
        return sender.sent.stream()
                .filter(one -> !one.call().isReplay())
                .map(one -> Long.valueOf(one.id().substring(one.id().indexOf('-') + 1)))
                .toList();
    }

    private static List<Long> revisions(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void changesAreCalledAgainInOrderWithTheIdsThatTheyHad() {
        received(20);
        assertEquals(20, start(ALL).to().value());
        after(Duration.ofSeconds(10));

        assertEquals(revisions(1, 20), replayed());
        assertEquals("abcdefghij-1", sender.sent.get(0).id());
        assertEquals(List.of(), live());
        assertEquals(ReplayState.DONE, shown().state());
        assertEquals(20, shown().calls());
        assertEquals(20, savedRevision(), "the position of live delivery is where it was");
        assertEquals(
                List.of("io.bellwire.endpoint.replay-started", "io.bellwire.endpoint.replay-ended"),
                log.news.stream().map(EndpointNews::type).toList());
        assertEquals(20, count("bellwire.webhook.changes.replayed"));
        assertEquals(20, count("bellwire.webhook.changes.received"));
        assertEquals(0, meters.get("bellwire.webhook.replays").gauge().value());
    }

    @Test
    void onlyTheChangesOfTheRangeAreCalledAgain() {
        received(20);
        feed.recentMax = 0;
        int before = feed.loads;
        start(range(4, 9, 100));
        after(Duration.ofSeconds(10));

        assertEquals(revisions(5, 9), replayed());
        assertEquals(before + 5, feed.loads, "nothing is read after the range");
    }

    @Test
    void rangeOfWhichRetentionHasTakenAPartEndsWhereItShould() {
        received(20);
        feed.recentMax = 0;
        feed.of(ACME).earliest = 7;
        start(range(2, 9, 100));
        after(Duration.ofSeconds(10));

        assertEquals(revisions(8, 9), replayed());
        assertEquals(5, shown().missed());
        assertEquals(
                List.of(),
                log.news.stream().filter(EndpointNews.Missed.class::isInstance).toList());
    }

    @Test
    void rangeThatRetentionHasTakenIsOverAtOnce() {
        received(20);
        feed.recentMax = 0;
        feed.of(ACME).earliest = 15;
        start(range(2, 9, 100));
        after(Duration.ofSeconds(10));

        assertEquals(List.of(), replayed());
        assertEquals(ReplayState.DONE, shown().state());
        assertEquals(9, shown().at().value());
    }

    @Test
    void whatThePartnerHasAcknowledgedAndLostIsCalledAgainThoughItsCallsFail() {
        received(5);
        processed(5);
        sender.answer = call -> StubCallSender.answered(500);
        start(ALL);
        after(Duration.ofSeconds(3));
        sender.answer = call -> StubCallSender.answered(200);
        after(Duration.ofMinutes(10));

        assertEquals(ReplayState.DONE, shown().state());
        assertEquals(List.of(1L, 1L, 2L, 3L, 4L, 5L), replayed());
    }

    @Test
    void replayTakesATenthOfTheRateAndLeavesLiveDeliveryTheRest() {
        received(100);
        start(ALL);
        commit(200);
        after(Duration.ofMillis(2_500));

        assertEquals(10, shown().perSecond());
        assertTrue(
                replayed().size() >= 20 && replayed().size() <= 26,
                "replayed " + replayed().size());
        assertEquals(revisions(101, 300), live(), "within the time that they and the replay take together");
    }

    @Test
    void callsOfBothAreTogetherWithinTheRate() {
        put(settings(CallPayload.FULL, CallOrdering.FEED, limits(1, 1, 4), "*"));
        commit(100);
        after(Duration.ofSeconds(30));
        sender.sent.clear();
        start(range(0, 100, 4));
        commit(100);
        after(Duration.ofSeconds(20));

        assertTrue(sender.sent.size() <= 82, "calls " + sender.sent.size());
        assertTrue(live().size() >= 39, "live " + live().size());
        assertTrue(replayed().size() >= 35, "replayed " + replayed().size());
    }

    @Test
    void replayThatFailsToTheEndLeavesTheEndpointEnabled() {
        received(3);
        sender.answer = call -> StubCallSender.answered(call.isReplay() ? 500 : 200);
        start(ALL);
        after(Duration.ofDays(5));
        commit(1);
        after(Duration.ofSeconds(1));

        assertEquals(ReplayState.FAILED, shown().state());
        assertEquals("500", shown().lastError().orElseThrow().what());
        assertEquals(EndpointState.HEALTHY, health().state());
        assertEquals(List.of(4L), live());
        assertEquals(List.of(), List.copyOf(log.disabled.values()));
    }

    @Test
    void replayWaitsWhileTheEndpointIsPausedAndGoesOnAfterwards() {
        received(10);
        sender.answer = call -> StubCallSender.answered(500);
        commit(1);
        after(Duration.ofHours(4));
        assertEquals(EndpointState.PAUSED, health().state());
        start(ALL);
        after(Duration.ofMinutes(1));
        assertEquals(ReplayState.WAITING, shown().state());
        assertEquals(List.of(), replayed());

        sender.answer = call -> StubCallSender.answered(200);
        after(Duration.ofHours(10));
        assertEquals(ReplayState.DONE, shown().state());
        assertEquals(revisions(1, 10), replayed());
    }

    @Test
    void disabledEndpointIsNotReplayedBeforeItIsEnabledAgain() {
        WebhookEndpoint endpoint = received(50);
        start(range(0, 50, 1));
        after(Duration.ofSeconds(5));
        deliveries.put(disabled(endpoint, DisabledReason.BY_REQUEST), Optional.empty());
        after(Duration.ofSeconds(1));
        int before = replayed().size();
        after(Duration.ofHours(1));
        assertEquals(before, replayed().size());
        assertEquals(ReplayState.WAITING, shown().state());

        deliveries.put(endpoint, Optional.empty());
        after(Duration.ofMinutes(2));
        assertEquals(revisions(1, 50), replayed());
    }

    @Test
    void killedServerGoesOnWithTheReplay() {
        WebhookEndpoint endpoint = received(50);
        start(range(0, 50, 2));
        after(Duration.ofSeconds(12));
        long saved = log.replays.get(MAIN).at().value();
        assertTrue(saved > 10, "saved " + saved);

        killAndRestart(endpoint);
        sender.sent.clear();
        after(Duration.ofMinutes(1));

        assertEquals(revisions(saved + 1, 50), replayed());
        assertEquals(ReplayState.DONE, shown().state());
        assertEquals(Map.of(), log.replays);
    }

    @Test
    void replayOfALogThatWasRestoredMeanwhileCallsNothing() {
        WebhookEndpoint endpoint = received(50);
        start(range(0, 50, 2));
        after(Duration.ofSeconds(12));
        feed.epoch = new Epoch("otherother");
        killAndRestart(endpoint);
        sender.sent.clear();
        after(Duration.ofMinutes(1));

        assertEquals(List.of(), replayed());
        assertEquals(ReplayState.FAILED, shown().state());
    }

    @Test
    void stoppedReplayCallsNoMore() {
        received(50);
        start(range(0, 50, 2));
        after(Duration.ofSeconds(3));
        CompletableFuture<EndpointReplay> stopped =
                deliveries.recovery().stopReplay(MAIN).toCompletableFuture();
        after(Duration.ofSeconds(1));
        int before = replayed().size();
        after(Duration.ofMinutes(5));

        assertEquals(ReplayState.STOPPED, stopped.join().state());
        assertEquals(before, replayed().size());
        assertEquals(Map.of(), log.replays);
        assertEquals(Reason.NOT_FOUND, refusal(stopAgain()));
        processed(50); // live delivery has waited for that
        after(Duration.ofHours(2));
        assertEquals(0, time.tasks());
    }

    private CompletableFuture<EndpointReplay> stopAgain() {
        CompletableFuture<EndpointReplay> stopped =
                deliveries.recovery().stopReplay(MAIN).toCompletableFuture();
        after(Duration.ofMillis(10));
        return stopped;
    }

    @Test
    void replayOfADeletedEndpointEndsAndLeavesNothing() {
        received(50);
        start(range(0, 50, 2));
        after(Duration.ofSeconds(3));
        deliveries.remove(MAIN);
        after(Duration.ofSeconds(1));
        int before = replayed().size();
        after(Duration.ofMinutes(5));

        assertEquals(before, replayed().size());
        assertEquals(Optional.empty(), deliveries.recovery().replay(MAIN));
        assertEquals(0, meters.get("bellwire.webhook.replays").gauge().value());
        assertEquals(0, meters.get("bellwire.webhook.attempts.kept").gauge().value());
        assertEquals(0, time.tasks());
    }

    @Test
    void endpointThatWantsSignalsNowIsNotReplayedAnyMore() {
        received(50);
        start(range(0, 50, 2));
        after(Duration.ofSeconds(3));
        deliveries.put(endpoint(settings(CallPayload.SIGNAL)), Optional.empty());
        after(Duration.ofMinutes(5));

        assertEquals(ReplayState.STOPPED, shown().state());
    }

    @Test
    void endpointThatWantsSignalsAfterARestartIsNotReplayedAnyMore() {
        received(50);
        start(range(0, 50, 2));
        after(Duration.ofSeconds(12));
        killAndRestart(endpoint(settings(CallPayload.SIGNAL)));
        after(Duration.ofMinutes(1));

        assertEquals(ReplayState.STOPPED, shown().state());
        assertEquals(Map.of(), log.replays);
    }

    @Test
    void replayThatCannotBeIsRefused() {
        WebhookEndpoint endpoint = received(10);
        assertEquals(Reason.CONFLICT, refusal(ask(range(0, 11, 1))));
        assertEquals(Reason.CONFLICT, refusal(ask(range(10))));
        assertEquals(Reason.INVALID, refusal(ask(range(0, 10, 101))));
        start(range(0, 10, 1));
        assertEquals(Reason.CONFLICT, refusal(ask(ALL)));
        after(Duration.ofMinutes(1));

        deliveries.put(disabled(endpoint, DisabledReason.BY_REQUEST), Optional.empty());
        assertEquals(Reason.CONFLICT, refusal(ask(ALL)));
        deliveries.put(endpoint(settings(CallPayload.SIGNAL)), Optional.empty());
        assertEquals(Reason.CONFLICT, refusal(ask(ALL)));
        deliveries.remove(MAIN);
        assertEquals(Reason.NOT_FOUND, refusal(ask(ALL)));
    }

    @Test
    void replayWhoseBeginningCannotBeWrittenDoesNotBegin() {
        received(10);
        log.isFailing = true;
        CompletableFuture<EndpointReplay> started = ask(ALL);
        after(Duration.ofSeconds(5));
        assertEquals(Reason.UNAVAILABLE, refusal(started));
        assertEquals(List.of(), replayed());

        log.isFailing = false;
        start(ALL);
    }

    @Test
    void endOfAReplayIsWrittenAsSoonAsTheLogTakesIt() {
        received(10);
        start(ALL);
        log.isFailing = true;
        after(Duration.ofMinutes(1));
        assertEquals(ReplayState.DONE, shown().state());
        assertEquals(Reason.UNAVAILABLE, refusal(ask(ALL)), "its end would remove what is saved of the next one");
        log.isFailing = false;
        after(Duration.ofSeconds(10));

        assertEquals(Map.of(), log.replays);
        assertEquals(2, log.news.size());
    }
}

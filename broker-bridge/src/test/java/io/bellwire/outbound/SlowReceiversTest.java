package io.bellwire.outbound;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.TokenBucket;
import io.bellwire.outbound.OutboundResult.Answered;
import io.bellwire.outbound.OutboundResult.Failed;
import io.bellwire.outbound.OutboundResult.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Receivers that accept a call and never answer: other calls go on, and no thread waits. */
@Timeout(120)
class SlowReceiversTest {
    private static final int RECEIVERS = 1_000;
    /** One for the network, two for calls, two for timers, four for lookups. */
    private static final int THREADS_MAX = 9;

    private static OutboundFixture fixture(int inFlight) {
        return new OutboundFixture(OutboundFixture.OPTIONS.toBuilder()
                .target(new TargetLimit(inFlight, TokenBucket.UNLIMITED))
                .build());
    }

    @Test
    void thousandSlowReceiversCostNoThreadAndHoldUpNoOther() throws Exception {
        try (SilentReceiver silent = new SilentReceiver();
                RawServer quick = new RawServer(RawServer.Answer.ok("ok"));
                OutboundFixture fixture = fixture(32)) {
            // when all are called, each by a name and at an address of its own
            List<CompletableFuture<OutboundResult>> results = new ArrayList<>();
            for (int i = 0; i < RECEIVERS; i++) {
                String name = "slow" + i + ".example";
                fixture.name(name, "127.1." + i / 250 + "." + (1 + i % 250));
                await().pollInterval(Duration.ofMillis(2)).until(() -> fixture.client.lookups() < 50);
                results.add(fixture.start(OutboundFixture.call(silent.url(name), Duration.ofSeconds(60))));
            }
            await().until(() -> silent.held() == RECEIVERS);

            // then others are called as before, by a few threads
            for (int i = 0; i < 20; i++) {
                assertEquals(200, fixture.answer(quick.url("loopback.example")).status());
            }
            await().until(() -> fixture.client.inFlight() == RECEIVERS);
            List<String> threads = Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.startsWith("outbound"))
                    .toList();
            assertTrue(threads.size() <= THREADS_MAX, threads::toString);

            // and each call ends when its receiver goes away
            silent.drop();
            for (CompletableFuture<OutboundResult> result : results) {
                assertEquals(Reason.CLOSED, ((Failed) OutboundFixture.await(result)).reason());
            }
        }
    }

    @Test
    void eachOfManySlowCallsEndsAtItsDeadline() throws Exception {
        try (SilentReceiver silent = new SilentReceiver();
                OutboundFixture fixture = fixture(500)) {
            List<CompletableFuture<OutboundResult>> results = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                results.add(fixture.start(OutboundFixture.call(silent.url("127.0.0.1"), Duration.ofMillis(500 + i))));
            }
            for (CompletableFuture<OutboundResult> result : results) {
                assertEquals(Reason.TIMEOUT, ((Failed) OutboundFixture.await(result)).reason());
            }
            await().until(() -> fixture.client.connections() == 0);
        }
    }

    @Test
    void manyCallsAtOnceAreAnsweredOrRefusedAndNoneTwice() throws Exception {
        try (RawServer quick = new RawServer(RawServer.Answer.ok("ok"));
                OutboundFixture fixture = fixture(32)) {
            List<CompletableFuture<OutboundResult>> results = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                results.add(fixture.start(quick.url("127.0.0.1")));
            }
            int answered = 0;
            for (CompletableFuture<OutboundResult> result : results) {
                answered += OutboundFixture.await(result).fold((Answered answer) -> 1, failure -> {
                    assertEquals(Reason.BUSY_TARGET, failure.reason());
                    return 0;
                });
            }
            assertEquals(answered, quick.requests().size());
            assertTrue(quick.accepted() <= 32);
            await().until(() -> fixture.client.inFlight() == 0);
        }
    }
}

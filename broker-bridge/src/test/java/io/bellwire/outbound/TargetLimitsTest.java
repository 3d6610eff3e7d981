package io.bellwire.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.TokenBucket;
import io.bellwire.outbound.OutboundResult.Answered;
import io.bellwire.outbound.OutboundResult.Failed;
import io.bellwire.outbound.OutboundResult.Reason;
import io.bellwire.runtime.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No target is flooded: neither by many URLs of one name nor by many names of one address. */
@Timeout(120)
class TargetLimitsTest {
    private final AtomicLong nanos = new AtomicLong();

    private TargetLimits limits(int inFlight, TokenBucket rate) {
        return new TargetLimits(new TargetLimit(inFlight, rate), new Stopwatch(nanos::get));
    }

    private static PinnedAddresses addresses(String... texts) {
        return new PinnedAddresses(OutboundFixture.addresses(texts));
    }

    private static OutboundOptions options(TargetLimit limit) {
        return OutboundFixture.OPTIONS.toBuilder().target(limit).build();
    }

    @Test
    void placesOfANameAreLimitedUntilOneLeaves() {
        TargetLimits limits = limits(2, TokenBucket.UNLIMITED);
        List<TargetLimits.Places> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            TargetLimits.Places places = limits.newPlaces();
            calls.add(places);
            assertEquals(i == 2, !places.enter("a.example").isZero());
        }
        assertEquals(Duration.ZERO, limits.newPlaces().enter("b.example"));

        calls.forEach(TargetLimits.Places::leave);

        assertEquals(Duration.ZERO, limits.newPlaces().enter("a.example"));
    }

    @Test
    void namesOfOneAddressShareItsPlaces() {
        TargetLimits limits = limits(2, TokenBucket.UNLIMITED);
        assertEquals(Duration.ZERO, limits.newPlaces().enter(addresses("192.0.2.1")));
        assertEquals(Duration.ZERO, limits.newPlaces().enter(addresses("192.0.2.1", "192.0.2.2")));

        assertTrue(
                !limits.newPlaces().enter(addresses("192.0.2.3", "192.0.2.1")).isZero());
        assertEquals(Duration.ZERO, limits.newPlaces().enter(addresses("192.0.2.4")));
    }

    /** The rest of an IPv6 address is its owner's to choose. */
    @Test
    void addressesOfOneIpv6NetworkShareItsPlaces() {
        TargetLimits limits = limits(1, TokenBucket.UNLIMITED);
        assertEquals(Duration.ZERO, limits.newPlaces().enter(addresses("2001:db8::1", "2001:db8::2")));

        assertTrue(!limits.newPlaces().enter(addresses("2001:db8::ffff:3")).isZero());
        assertEquals(Duration.ZERO, limits.newPlaces().enter(addresses("2001:db8:0:1::1")));
    }

    @Test
    void rateIsLimitedAndTellsHowLongToWait() {
        TargetLimits limits = limits(100, new TokenBucket(2, 4));
        for (int i = 0; i < 4; i++) {
            assertEquals(Duration.ZERO, limits.newPlaces().enter("a.example"));
        }

        assertEquals(Duration.ofMillis(500), limits.newPlaces().enter("a.example"));
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertEquals(Duration.ZERO, limits.newPlaces().enter("a.example"));
        assertEquals(Duration.ofMillis(500), limits.newPlaces().enter("a.example"));
    }

    @Test
    void nothingIsRememberedOfCallsThatHaveEnded() {
        TargetLimits limits = limits(10, TokenBucket.UNLIMITED);
        TargetLimits.Places places = limits.newPlaces();
        assertEquals(Duration.ZERO, places.enter("a.example"));
        assertEquals(Duration.ZERO, places.enter(addresses("192.0.2.1", "192.0.2.2")));
        assertEquals(3, limits.size());

        places.leave();
        places.leave();

        assertEquals(0, limits.size());
    }

    @Test
    void manyNamesOfOneVictimCannotFloodIt() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(3);
        try (RawServer victim = new RawServer((request, client) -> {
                    arrived.countDown();
                    answered.await();
                    RawServer.Answer.ok("ok").to(request, client);
                });
                OutboundFixture fixture = new OutboundFixture(options(new TargetLimit(3, TokenBucket.UNLIMITED)))) {
            List<CompletableFuture<OutboundResult>> results = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                fixture.name("n" + i + ".example", "127.0.0.1");
                results.add(fixture.start(victim.url("n" + i + ".example")));
            }
            arrived.await();

            fixture.name("n3.example", "127.0.0.1");
            Failed refused = fixture.failure(victim.url("n3.example"));
            answered.countDown();

            assertEquals(Reason.BUSY_TARGET, refused.reason());
            assertTrue(refused.retryAfter().toMillis() > 0);
            for (CompletableFuture<OutboundResult> one : results) {
                assertEquals(200, ((Answered) OutboundFixture.await(one)).status());
            }
            assertEquals(200, fixture.answer(victim.url("n3.example")).status());
            assertEquals(4, victim.requests().size());
        }
    }

    @Test
    void rateOfATargetIsLimited() throws Exception {
        try (RawServer victim = new RawServer(RawServer.Answer.ok("ok"));
                OutboundFixture fixture = new OutboundFixture(options(new TargetLimit(10, new TokenBucket(1, 2))))) {
            assertEquals(200, fixture.answer(victim.url("loopback.example")).status());
            assertEquals(200, fixture.answer(victim.url("127.0.0.1")).status());

            Failed refused = fixture.failure(victim.url("loopback.example"));

            assertEquals(Reason.BUSY_TARGET, refused.reason());
            assertTrue(refused.retryAfter().toMillis() > 0);
        }
    }

    @Test
    void callsInAllAreLimited() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        try (RawServer receiver = new RawServer((request, client) -> {
                    answered.await();
                    RawServer.Answer.ok("ok").to(request, client);
                });
                OutboundFixture fixture = new OutboundFixture(
                        OutboundFixture.OPTIONS.toBuilder().callsMax(1).build())) {
            CompletableFuture<OutboundResult> first = fixture.start(receiver.url("loopback.example"));

            Failed refused = fixture.failure(receiver.url("127.0.0.2"));
            answered.countDown();

            assertEquals(Reason.OVERLOADED, refused.reason());
            assertTrue(refused.retryAfter().toMillis() > 0);
            assertEquals(200, ((Answered) OutboundFixture.await(first)).status());
        }
    }
}

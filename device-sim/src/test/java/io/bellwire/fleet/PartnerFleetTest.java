package io.bellwire.fleet;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.ScheduledTimers;
import io.bellwire.receiver.CallOutcome;
import io.bellwire.receiver.ReceiverClocks;
import io.bellwire.receiver.ReceiverFaults;
import io.bellwire.receiver.ReceiverKey;
import io.bellwire.receiver.ReceiverReport;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Five partners, each with its own way to misbehave, are killed and lose their newest work while they are called; then the
 * faults end, and each has applied each of its orders once. A partner that does not is found.
 */
@Timeout(120)
class PartnerFleetTest {
    private static final int PARTNERS = 5;
    private static final int ORDERS = 100;

    private final ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
    private final ExecutorService callers = Executors.newFixedThreadPool(PARTNERS);
    private FakeWebhookServer server;
    private PartnerFleet fleet;

    @BeforeEach
    void start() throws Exception {
        server = new FakeWebhookServer();
        fleet = new PartnerFleet(
                new BoundedHttpClient(ForkJoinPool.commonPool(), 8, 64),
                server.url(),
                timers,
                new SplittableRandom(7),
                ReceiverClocks.of(Clock.systemUTC(), System::nanoTime),
                Duration.ofSeconds(5));
    }

    @AfterEach
    void end() {
        fleet.close();
        callers.shutdownNow();
        server.close();
        timers.close();
    }

    private FleetPartner add(String id) throws Exception {
        FleetPartner partner = fleet.add(id, "t0ken");
        partner.setKeys(List.of(ReceiverKey.parse(FakeWebhookServer.SECRET)));
        return partner;
    }

    private void callAll() throws Exception {
        List<Future<?>> calls = new ArrayList<>();
        for (FleetPartner partner : fleet.partners()) {
            calls.add(callers.submit(() -> {
                server.callAll(partner);
                return null;
            }));
        }
        for (Future<?> one : calls) {
            one.get();
        }
    }

    /** What was acknowledged can be lost again: the acknowledgement says nothing then. */
    private void awaitRecovered() {
        await().until(() -> fleet.report(server::orders).lost() == 0
                && fleet.partners().stream().allMatch(one -> server.isAllAcknowledged(one.id())));
    }

    @Test
    void partnersThatMisbehaveAndAreKilledApplyEachOrderOnce() throws Exception {
        // given: partners whose URLs stay, and orders of each
        for (int i = 0; i < PARTNERS; i++) {
            String id = "partner-" + i;
            add(id);
            IntStream.range(0, ORDERS).forEach(order -> server.placeOrder(id));
        }
        List<URI> urls = fleet.partners().stream().map(FleetPartner::url).toList();

        // when: they are called under faults, and one is killed for certain; then the faults end
        fleet.injectFaults();
        fleet.partners().get(2).kill();
        Future<?> calls = callers.submit(() -> {
            fleet.partners().get(2).boot();
            return null;
        });
        callAll();
        calls.get();
        fleet.heal();
        awaitRecovered();

        // then
        ReceiverReport report = fleet.report(server::orders);
        assertTrue(report.isClean(), report::toString);
        assertEquals((long) PARTNERS * ORDERS, report.applied());
        assertEquals(urls, fleet.partners().stream().map(FleetPartner::url).toList());
        Map<CallOutcome, Long> lying = fleet.partners().get(2).calls();
        assertEquals("lying", PartnerFaults.kind(2));
        assertTrue(lying.getOrDefault(CallOutcome.LIED, 0L) > 0, lying::toString);
    }

    /** Without the proof finding it, the proof would show nothing. */
    @Test
    void partnerThatForgetsIsFound() throws Exception {
        FleetPartner partner = add("acme");
        IntStream.range(0, ORDERS).forEach(order -> server.placeOrder("acme"));
        partner.setFaults(new ReceiverFaults(Duration.ZERO, 0, 0, 0.5, 1, 0, 0, Integer.MAX_VALUE, Duration.ZERO, 0));

        callAll();

        ReceiverReport report = fleet.report(server::orders);
        assertFalse(report.isClean());
        assertTrue(report.twice() > 0 && report.foreign() == 0 && report.lost() == 0, report::toString);
        assertTrue(String.valueOf(report.firstViolation()).startsWith("acme: applied twice"), report::toString);
    }

    /** A partner with replays that has all its orders, and then lost the last 30 calls. */
    private FleetPartner partnerThatLost30() throws Exception {
        FleetPartner partner = fleet.addWithReplays("acme", "t0ken", true);
        partner.setKeys(List.of(ReceiverKey.parse(FakeWebhookServer.SECRET)));
        IntStream.range(0, ORDERS).forEach(order -> server.placeOrder("acme"));
        callAll();
        partner.killAndRestoreBackup(30);
        assertEquals(30, fleet.report(server::orders).lost());
        return partner;
    }

    @Test
    void partnerThatLostItsNewestWorkHasItselfCalledAgain() throws Exception {
        FleetPartner partner = partnerThatLost30();

        partner.boot();
        awaitRecovered();

        assertTrue(fleet.report(server::orders).isClean());
        assertEquals(1, partner.replays());
        assertEquals(30, partner.replayed());
        assertEquals(0, partner.incompleteReplays());
    }

    /** Without the proof finding it, the proof would show nothing. */
    @Test
    void replayThatSkipsAChangeIsFound() throws Exception {
        FleetPartner partner = partnerThatLost30();
        server.skippedRevision = 85;

        partner.boot();
        await().until(() -> partner.replays() == 2);

        ReceiverReport report = fleet.report(server::orders);
        assertEquals(1, report.lost());
        assertEquals("acme: lost: version 1 of order acme-order-85", report.firstViolation());
    }

    @Test
    void replayThatSkipsAChangeIsFoundThoughTheNextBringsIt() throws Exception {
        FleetPartner partner = partnerThatLost30();
        server.skippedRevision = 85;

        partner.boot();
        await().until(() -> partner.incompleteReplays() == 1);
        server.skippedRevision = 0;
        awaitRecovered();

        assertTrue(fleet.report(server::orders).isClean());
        assertTrue(partner.incompleteReplays() > 0);
    }

    /** Else an outgoing connection could draw it, and the partner could not come back. */
    @Test
    void portOfAPartnerThatIsAwayIsHeldAndNobodyListensThere() throws Exception {
        FleetPartner partner = add("acme");
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), partner.url().getPort());

        partner.kill();

        try (Socket other = new Socket();
                Socket caller = new Socket()) {
            other.setReuseAddress(false);
            assertThrows(BindException.class, () -> other.bind(address));
            assertThrows(ConnectException.class, () -> caller.connect(address));
        }
        partner.boot();
        server.placeOrder("acme");
        callAll();
        assertTrue(fleet.report(server::orders).isClean());
    }

    @Test
    void stoppedPartnerStaysAwayThroughFaultsAndBehavesOnceItIsBackUntilTheNext() throws Exception {
        // given: one that has only what calls bring, since what it reads from its feed may come before the call
        FleetPartner gone = fleet.addWithoutFeed("acme");
        gone.setKeys(List.of(ReceiverKey.parse(FakeWebhookServer.SECRET)));
        FleetPartner other = add("globex");
        fleet.stop(gone);

        // when: faults begin and end while it is away, begin again, and it comes back
        fleet.injectFaults();
        fleet.heal();
        assertTrue(fleet.isStopped(gone));
        fleet.injectFaults();
        fleet.start(gone);
        server.placeOrder("acme");
        IntStream.range(0, ORDERS).forEach(order -> server.placeOrder("globex"));
        callAll();

        // then: only the other one misbehaves
        assertEquals(Set.of(CallOutcome.APPLIED), gone.calls().keySet());
        assertTrue(other.calls().keySet().contains(CallOutcome.FALSELY_FAILED), () -> other.calls()
                .toString());
        fleet.heal();
        await().until(() -> fleet.report(server::orders).lost() == 0 && server.isAllAcknowledged(other.id()));
        assertTrue(fleet.report(server::orders).isClean());
    }

    /** It could not get it again: its disk is not touched. */
    @Test
    void partnerWithoutFeedKeepsItsWork() throws Exception {
        FleetPartner partner = fleet.addWithoutFeed("acme");
        partner.setKeys(List.of(ReceiverKey.parse(FakeWebhookServer.SECRET)));
        server.placeOrder("acme");
        callAll();

        partner.killAndRestoreBackup(1);

        assertTrue(fleet.report(server::orders).isClean());
    }

    @Test
    void ordersThatNoPartnerGotAreFound() throws Exception {
        FleetPartner unused = add("acme");

        ReceiverReport report = fleet.report(partner -> Map.of("acme-order-1", 1L));

        assertEquals(1, report.lost());
    }

    /** The URL is needed for the endpoint, and the endpoint gives the key. */
    @Test
    void partnerWithoutKeysRefusesCalls() throws Exception {
        FleetPartner partner = fleet.add("acme", "t0ken");
        URI url = partner.url();
        partner.setKeys(List.of());
        server.placeOrder("acme");
        Future<?> calls = callers.submit(() -> {
            server.callAll(partner);
            return null;
        });
        await().until(() -> partner.calls().getOrDefault(CallOutcome.REFUSED, 0L) > 2);
        assertFalse(calls.isDone());

        partner.setKeys(List.of(ReceiverKey.parse(FakeWebhookServer.SECRET)));

        calls.get();
        assertEquals(url, partner.url());
    }

    @Test
    void eachWayToRecoverIsInAFleetOfFive() {
        assertEquals(
                List.of(
                        EndpointKind.Recovery.NONE,
                        EndpointKind.Recovery.FEED,
                        EndpointKind.Recovery.REPLAY,
                        EndpointKind.Recovery.REPLAY,
                        EndpointKind.Recovery.FEED),
                IntStream.range(0, PARTNERS)
                        .mapToObj(i -> EndpointKind.of(i).recovery())
                        .toList());
    }

    @Test
    void eachKindOfMisbehaviourIsInAFleetOfFive() {
        assertEquals(
                List.of("failing", "falsely failing", "lying", "slow", "busy"),
                IntStream.range(0, PARTNERS).mapToObj(PartnerFaults::kind).toList());
        for (int i = 0; i < PARTNERS; i++) {
            ReceiverFaults faults = PartnerFaults.of(i, new SplittableRandom(7));
            assertFalse(faults.equals(ReceiverFaults.NONE));
            assertEquals(0, faults.forgetRate());
            assertEquals(faults, PartnerFaults.of(i, new SplittableRandom(7)));
        }
    }
}

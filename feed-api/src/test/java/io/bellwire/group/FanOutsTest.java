package io.bellwire.group;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.audit.AuditEntry;
import io.bellwire.http.TestClock;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.OverloadedException;
import io.bellwire.log.Revision;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fan-out of events to members of groups, in the event's own transaction and in the background. */
class FanOutsTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final FeedId STORE = GroupsInMemory.group("17");
    private static final FeedId REGION = GroupsInMemory.group("north");

    private final SegmentStore segments = SegmentStore.inMemory(new Random(7));
    /** The store that all logs of a test share; none of its events is unreadable. */
    private final DataStore store = new UnreadableEvents(segments, EventNumber.NONE);

    private GroupsInMemory server = new GroupsInMemory(store, new GroupLimits(3, 2, 50));

    @AfterEach
    void close() {
        server.close();
    }

    private void requireDelivered(List<FeedId> groups, List<FeedId> devices) {
        await().atMost(TIMEOUT).until(server::isIdle);
        new ExpectedDeliveries(store, groups).requireDelivered(devices, "at the end");
    }

    private long head(FeedId id) {
        return server.log.getOrCreateFeed(id).head().value();
    }

    @Test
    void smallGroupGetsTheEventInItsOwnTransaction() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 3);
        server.make(STORE, grills);

        server.publish("news", List.of(STORE)); // nothing runs in the background here

        grills.forEach(grill -> assertEquals(1, head(grill)));
        assertTrue(server.isIdle());
        requireDelivered(List.of(STORE), grills);
    }

    @Test
    void largeGroupGetsTheEventInTheBackgroundInBatches() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 7);
        server.make(STORE, grills);
        server.publish("news", List.of(STORE));
        grills.forEach(grill -> assertEquals(0, head(grill), "before the background runs"));

        server.fanOuts.start();

        requireDelivered(List.of(STORE), grills);
        await().atMost(TIMEOUT).until(() -> server.count("bellwire.fanout.entries") == 7);
    }

    @Test
    void memberGetsTheEventsOfItsMembershipHoweverLateTheBackgroundRuns() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 5);
        FeedId late = new FeedId("devices/late");
        server.make(STORE, grills);
        server.publish("first", List.of(STORE));
        server.change(STORE, late, true);
        server.change(STORE, grills.get(0), false);
        server.publish("second", List.of(STORE));
        server.change(STORE, grills.get(0), true);
        server.change(STORE, grills.get(1), false);
        server.publish("third", List.of(STORE));
        server.change(STORE, late, false);

        server.fanOuts.start();
        await().atMost(TIMEOUT).until(server::isIdle);

        assertEquals(2, head(late));
        assertEquals(2, head(grills.get(0)));
        assertEquals(2, head(grills.get(1)));
        assertEquals(3, head(grills.get(2)));
        requireDelivered(
                List.of(STORE), Stream.concat(grills.stream(), Stream.of(late)).toList());
    }

    @Test
    void groupThatHasBecomeSmallWaitsForEarlierEvents() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 5);
        server.make(STORE, grills);
        server.publish("first", List.of(STORE));
        server.change(STORE, grills.get(3), false);
        server.change(STORE, grills.get(4), false);

        server.publish("second", List.of(STORE));
        assertEquals(0, head(grills.get(0)), "or the second would come before the first");

        server.fanOuts.start();
        requireDelivered(List.of(STORE), grills);
    }

    @Test
    void deviceThatAnEventReachesInSeveralWaysHasItOnce() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 6);
        server.make(STORE, grills);
        server.make(REGION, grills.subList(2, 6));
        FeedId direct = grills.get(5);

        server.publish("both", List.of(direct, STORE, REGION));
        server.publish("region", List.of(REGION));
        server.fanOuts.start();
        await().atMost(TIMEOUT).until(server::isIdle);

        assertEquals(
                List.of(1L, 1L, 2L, 2L, 2L, 2L), grills.stream().map(this::head).toList());
        requireDelivered(List.of(STORE, REGION), grills);
    }

    @Test
    void everyMemberGetsEveryEventOnceAndInOrderWhileMembersChange() throws Exception {
        List<FeedId> grills = GroupsInMemory.devices("grill", 8);
        server.make(STORE, grills.subList(0, 4));
        server.make(REGION, grills.subList(3, 7));
        server.fanOuts.start();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            int number = thread;
            threads.add(CompletableFuture.runAsync(() -> {
                Random random = new Random(number);
                for (int i = 0; i < 150; i++) {
                    FeedId group = random.nextBoolean() ? STORE : REGION;
                    if (random.nextInt(3) == 0) {
                        server.change(group, grills.get(random.nextInt(8)), random.nextBoolean());
                    } else {
                        server.publish(
                                number + "-" + i, random.nextInt(4) == 0 ? List.of(STORE, REGION) : List.of(group));
                    }
                }
            }));
        }
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).join();

        requireDelivered(List.of(STORE, REGION), grills);
        assertTrue(new ExpectedDeliveries(store, List.of(STORE, REGION)).events() > 200);
    }

    @Test
    void nextProcessContinuesTheFanOut() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 9);
        server.make(STORE, grills);
        server.publish("news", List.of(STORE));
        server.close();

        server = new GroupsInMemory(store, new GroupLimits(3, 2, 50));
        server.fanOuts.start();

        requireDelivered(List.of(STORE), grills);
    }

    @Test
    void eventsOverTheQueueLimitAreRefusedAndMetricsShowWhatIsLeft() {
        server.close();
        server = new GroupsInMemory(store, new GroupLimits(3, 2, 2));
        List<FeedId> grills = GroupsInMemory.devices("grill", 5);
        server.make(STORE, grills);
        server.publish("first", List.of(STORE));
        server.publish("second", List.of(STORE));
        server.fanOuts.requireRoom(); // nobody has looked yet

        GroupsInMemory stuck = new GroupsInMemory(new UnreadableEvents(store), new GroupLimits(3, 2, 2));
        stuck.fanOuts.start();
        await().atMost(TIMEOUT).until(() -> stuck.gauge("bellwire.fanout.events") == 2);

        assertEquals(10, stuck.gauge("bellwire.fanout.remaining"));
        assertTrue(stuck.gauge("bellwire.fanout.lag") >= 0);
        assertThrows(OverloadedException.class, stuck.fanOuts::requireRoom);
        stuck.fanOuts.close();
        server.fanOuts.start();
        requireDelivered(List.of(STORE), grills);
        await().atMost(TIMEOUT).until(() -> server.gauge("bellwire.fanout.remaining") == 0);
        server.fanOuts.requireRoom();
    }

    @Test
    void eventThatFailsAgainAndAgainDoesNotHoldUpOtherGroups() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 5);
        List<FeedId> fryers = GroupsInMemory.devices("fryer", 5);
        server.make(STORE, grills);
        server.make(REGION, fryers);
        server.publish("bad", List.of(STORE));
        EventNumber badEvent =
                store.deviceGroups().fanOuts(EventNumber.NONE, 1).get(0).eventNumber();
        server.publish("behind it", List.of(STORE));
        server.publish("other", List.of(REGION));
        server.close();

        server = new GroupsInMemory(new UnreadableEvents(store, badEvent), new GroupLimits(3, 2, 50));
        server.fanOuts.start();

        await().atMost(TIMEOUT).until(() -> fryers.stream().allMatch(fryer -> head(fryer) == 1));
        await().atMost(TIMEOUT).until(() -> server.count("bellwire.fanout.failures") > 1);
        grills.forEach(grill -> assertEquals(0, head(grill), "what is behind it waits, for the order's sake"));
        assertFalse(server.isIdle());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1H", "P-30D"})
    void eventThatFailedIsTriedAgainSoonAlthoughTheClockWasSetBack(Duration jump) {
        server.make(STORE, GroupsInMemory.devices("grill", 5));
        server.publish("bad", List.of(STORE));
        EventNumber badEvent =
                store.deviceGroups().fanOuts(EventNumber.NONE, 1).get(0).eventNumber();
        server.close();
        TestClock clock = new TestClock("2026-11-20T08:00:00Z");
        server = new GroupsInMemory(
                new UnreadableEvents(store, badEvent), new GroupLimits(3, 2, 50), clock, LogLimits.DEFAULT);
        server.fanOuts.start();
        await().atMost(TIMEOUT).until(() -> server.count("bellwire.fanout.failures") > 0);

        clock.jump(jump);

        double failures = server.count("bellwire.fanout.failures");
        await().atMost(TIMEOUT).until(() -> server.count("bellwire.fanout.failures") > failures);
    }

    @Test
    void batchThatWasWrittenAlreadyDoesNothingTheSecondTime() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 5);
        server.make(STORE, grills);
        server.publish("news", List.of(STORE));
        FanOut fanOut = store.deviceGroups().fanOuts(EventNumber.NONE, 1).get(0);
        Feed grill = server.log.getOrCreateFeed(grills.get(0));
        // as if the answer to the first had been lost
        Supplier<FanOutBatch> batch = () -> new FanOutBatch(
                fanOut,
                Optional.of(fanOut.servedUpTo(grill.feedNumber())),
                store.event(fanOut.eventNumber()),
                List.of(grill));

        assertTrue(server.log.submit(batch.get()).join());
        assertFalse(server.log.submit(batch.get()).join());

        assertEquals(new Revision(1), grill.head());
        server.fanOuts.start();
        requireDelivered(List.of(STORE), grills);
    }

    /** The third device is registered after the first two were looked up and before the event is written. */
    @Test
    void eventToAllDevicesReachesADeviceThatWasRegisteredBeforeItWasWritten() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 3);
        register(grills.get(0));
        register(grills.get(1));
        TargetGroup lookedUp = server.groups
                .target(FeedId.ALL_DEVICES)
                .toCompletableFuture()
                .join()
                .orElseThrow();
        register(grills.get(2));

        server.append("news", new Recipients(List.of(), List.of(lookedUp))).join();
        FeedId late = new FeedId("devices/late");
        register(late);
        server.fanOuts.start();
        await().atMost(TIMEOUT).until(server::isIdle);

        grills.forEach(grill -> assertEquals(1, head(grill), grill.path()));
        assertEquals(0, head(late), "it was said before");
    }

    @Test
    void eventToFewDevicesThatAreAllDevicesIsInTheirFeedsAtOnce() {
        List<FeedId> grills = GroupsInMemory.devices("grill", 3);
        grills.forEach(this::register);

        server.publish("news", List.of(FeedId.ALL_DEVICES));

        grills.forEach(grill -> assertEquals(1, head(grill)));
        assertTrue(server.isIdle());
    }

    private void register(FeedId device) {
        assertNotNull(server.registry
                .register(device, Optional.empty(), AuditEntry.NONE)
                .toCompletableFuture()
                .join()
                .secret());
    }

    @Test
    void memoryOfRecentChangesStaysWithinItsBoundHoweverManyBatchesAnEventTakes() {
        long bytesMax = 5_000;
        server.close();
        server = new GroupsInMemory(
                store, new GroupLimits(3, 2, 1_000), Clock.systemUTC(), LogLimits.DEFAULT.withRecentBytesMax(bytesMax));
        List<FeedId> grills = GroupsInMemory.devices("grill", 40);
        server.make(STORE, grills);
        server.fanOuts.start();

        for (int i = 0; i < 20; i++) {
            server.publish("news-" + i + "x".repeat(300), List.of(STORE));
        }

        await().atMost(TIMEOUT).until(server::isIdle);
        assertTrue(server.gauge("bellwire.log.recent") <= bytesMax, "counted: " + server.gauge("bellwire.log.recent"));
        Feed last = server.log.getOrCreateFeed(grills.get(39));
        assertNotNull(last.recentAt(last.head()), "the newest change is still in memory");
    }
}

package io.bellwire.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.command.CommandResult;
import io.bellwire.group.Recipients;
import io.bellwire.group.TargetGroup;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.LogStoreFixture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the writes of orders decide in the log: creations, changes, bulk changes and leases. */
class OrderWritesTest {
    private static final Instant MORNING = OrderFixture.MORNING;
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String TOKEN = "token";
    private static final OrderId NOBODYS = LogStoreFixture.orderId(4711);

    private final OrderFixture orders = new OrderFixture();

    @AfterEach
    void close() {
        orders.close();
    }

    private CommandResult<Refusal> lock(OrderId id, Instant at) {
        return orders.write(at, new LockOrder(id, TOKEN, false, LEASE));
    }

    private CommandResult<Refusal> lockWithToken(OrderId id, String token, Duration lease, Instant at) {
        return orders.write(at, new LockOrder(id, token, true, lease));
    }

    private CommandResult<Refusal> changeWithToken(OrderId id, String token, Instant at) {
        Precondition precondition =
                new Precondition(Optional.empty(), Optional.empty(), Optional.of(LockOrder.digest(token)));
        return orders.write(at, orders.change(id, "{'volume':'" + at + "'}", precondition));
    }

    private BulkItem item(OrderId id, String patch) {
        return BulkItem.of(orders.change(id, patch, Precondition.NONE), OrderFixture.REFUSALS);
    }

    private static BulkStatusChange bulk(BulkItem... items) {
        return new BulkStatusChange(List.of(items), OrderFixture.REFUSALS);
    }

    @Test
    void creationIsAnsweredWithItsEvent() {
        OrderDraft draft = OrderDraft.of(OrderFixture.json("{'device_id':'grill'}"));
        CreateOrder create = new CreateOrder(NOBODYS, draft, orders.recipients);

        CommandResult.Done<Refusal> done = OrderFixture.done(orders.write(MORNING, create));

        assertEquals(201, done.status());
        assertEquals(0, done.body().length);
        assertEquals(NOBODYS.value(), done.subject());
        assertEquals(orders.newest(NOBODYS).eventNumber(), done.event().eventNumber());
        assertTrue(create.bytes() > CreateOrder.OVERHEAD_BYTES + draft.json().length());
    }

    @Test
    void changeIsAnsweredWithItsEventAndOneWithoutEffectWithTheNewest() {
        OrderId id = orders.create("");

        CommandResult.Done<Refusal> changed = OrderFixture.done(orders.write(id, "{'volume':1}"));
        CommandResult.Done<Refusal> unchanged = OrderFixture.done(orders.write(id, "{'volume':1}"));

        assertEquals(200, changed.status());
        assertEquals(id.value(), changed.subject());
        assertEquals(orders.newest(id).eventNumber(), changed.event().eventNumber());
        assertEquals(changed.event().eventNumber(), unchanged.event().eventNumber());
        assertEquals(2, orders.head());
        assertEquals(2, orders.order(id).version());
    }

    @Test
    void changeOfAnOrderThatHasChangedIsToBePreparedAgainAndDoesNothing() {
        OrderId id = orders.create("");
        ChangeOrder late = orders.change(id, "{'volume':1}", Precondition.NONE);
        BulkStatusChange lateToo = bulk(item(orders.create(""), "{'status':'accepted'}"), item(id, "{'volume':1}"));
        orders.write(id, "{'volume':2}");
        long head = orders.head();

        for (PreparedWrite write : List.of(late, lateToo)) {
            CommandResult.Outdated<Refusal> outdated = (CommandResult.Outdated<Refusal>) orders.write(MORNING, write);
            assertEquals(
                    List.of(orders.newest(id).eventNumber()),
                    outdated.newest().stream().map(Event::eventNumber).toList());
        }
        assertEquals(head, orders.head());
    }

    @Test
    void orderThatIsNotThereIsNotFound() {
        OrderTarget target = new OrderTarget(NOBODYS, orders.recipients, orders.newest(orders.create("")));
        ChangeOrder change = new ChangeOrder(
                target, PreparedOrderChange.of(target, OrderFixture.patch("{'volume':1}"), Precondition.NONE));

        assertEquals(Refusal.Kind.NOT_FOUND, OrderFixture.kind(orders.write(MORNING, change)));
        assertEquals(
                "{\"results\":[{\"order_id\":\"" + NOBODYS + "\",\"result\":\"refused\",\"problem\":\"NOT_FOUND \"}]}",
                OrderFixture.body(orders.write(MORNING, bulk(BulkItem.of(change, OrderFixture.REFUSALS)))));
        assertEquals(Refusal.Kind.NOT_FOUND, OrderFixture.kind(lock(NOBODYS, MORNING)));
    }

    @Test
    void bulkChangeReportsEachItemAndRefusesOnlyTheBadOnes() {
        OrderId good = orders.create("");
        OrderId bad = orders.create("");
        OrderId locked = orders.create("");
        lock(locked, MORNING);
        BulkItem unknown =
                BulkItem.refused("???", Refusal.of(Refusal.Kind.INVALID, "not an id"), OrderFixture.REFUSALS);

        String body = OrderFixture.body(orders.write(
                MORNING.plusSeconds(10),
                bulk(
                        unknown,
                        item(good, "{'status':'accepted'}"),
                        item(bad, "{'status':'ready'}"),
                        item(locked, "{'status':'accepted'}"))));

        assertEquals(
                ("{'results':[{'order_id':'???','result':'refused','problem':'INVALID '},"
                                + "{'order_id':'" + good + "','result':'done','status':'accepted','version':2},"
                                + "{'order_id':'" + bad + "','result':'refused','problem':'FORBIDDEN_STEP '},"
                                + "{'order_id':'" + locked + "','result':'refused','problem':'LOCKED 20000'}]}")
                        .replace('\'', '"'),
                body);
        assertEquals(2, orders.order(good).version());
        assertEquals(1, orders.order(bad).version());
        assertEquals(1, orders.order(locked).version());
    }

    @Test
    void severalStepsOfAnOrderInOneBulkChangeFollowEachOther() {
        OrderTarget target = orders.target(orders.create(""));
        PreparedOrderChange accepted =
                PreparedOrderChange.of(target, OrderFixture.patch("{'status':'accepted'}"), Precondition.NONE);
        PreparedOrderChange begun = accepted.andThen(OrderFixture.patch("{'status':'in_progress'}"));
        BulkStatusChange both = bulk(
                BulkItem.of(new ChangeOrder(target, accepted), OrderFixture.REFUSALS),
                BulkItem.of(new ChangeOrder(target, begun), OrderFixture.REFUSALS));

        CommandResult<Refusal> result = orders.write(MORNING.plusSeconds(5), both);

        assertEquals(200, OrderFixture.done(result).status());
        assertTrue(OrderFixture.body(result).contains("\"in_progress\",\"version\":3"));
        assertEquals(3, orders.head());
        assertEquals(List.of(Duration.ofSeconds(5)), both.decisionTimes());
    }

    /** The order itself is in memory once, however many items name it. */
    @Test
    void bulkChangeCountsEachItemAndEachOrderOnce() {
        OrderId one = orders.create(",'data':{'a':'" + "x".repeat(10_000) + "'}");
        OrderId other = orders.create(",'data':{'a':'" + "x".repeat(10_000) + "'}");
        ChangeOrder change = orders.change(one, "{}", Precondition.NONE);
        int orderBytes = orders.newest(one).json().dataLength();

        assertEquals(orderBytes + CreateOrder.OVERHEAD_BYTES, change.bytes());
        BulkItem item = BulkItem.of(change, OrderFixture.REFUSALS);
        int first = bulk(item).bytes();
        assertTrue(first > change.bytes());
        assertEquals(first - orderBytes, bulk(item, item).bytes() - first);
        assertEquals(2 * first, bulk(item, item(other, "{}")).bytes());
        assertTrue(orders.change(one, "{'volume':1}", Precondition.NONE).bytes() > 2 * orderBytes);
    }

    /** The queue of waiting writes is bounded by these bytes, so that each write must have some. */
    @Test
    void waitingWritesCountWhatTheyHoldTheMembersOfGroupsIncluded() {
        Recipients members = new Recipients(
                List.of(orders.grill), List.of(new TargetGroup(orders.grill, 0, Optional.of(List.of()))));
        OrderTarget target = orders.target(orders.create(""));
        PreparedOrderChange change =
                PreparedOrderChange.of(target, OrderFixture.patch("{'volume':1}"), Precondition.NONE);
        OrderDraft draft = OrderDraft.of(OrderFixture.json("{'device_id':'grill'}"));

        assertEquals(
                members.bytes(),
                new ChangeOrder(target.withRecipients(members), change).bytes()
                        - new ChangeOrder(target, change).bytes());
        assertEquals(
                members.bytes(),
                new CreateOrder(NOBODYS, draft, members).bytes()
                        - new CreateOrder(NOBODYS, draft, orders.recipients).bytes());
        assertTrue(members.bytes() > 0);
        assertTrue(new LockOrder(NOBODYS, TOKEN, false, LEASE).bytes() > TOKEN.length());
    }

    @Test
    void timeToTheDecisionIsKnownOnceItIsMade() {
        OrderId id = orders.create("");
        ChangeOrder change = orders.change(id, "{'status':'accepted'}", Precondition.NONE);
        assertEquals(List.of(), change.decisionTimes());

        orders.write(MORNING.plusSeconds(7), change);

        assertEquals(List.of(Duration.ofSeconds(7)), change.decisionTimes());
        ChangeOrder next = orders.change(id, "{'status':'in_progress'}", Precondition.NONE);
        orders.write(MORNING.plusSeconds(9), next);
        assertEquals(List.of(), next.decisionTimes());
    }

    @Test
    void decisionThatWasTriedAndIsRefusedAfterAllHasNoTime() {
        OrderId id = orders.create("");
        ChangeOrder change = orders.change(id, "{'status':'accepted'}", Precondition.NONE);
        CommandResult<Refusal> unused = change.decide(orders.batch(MORNING.plusSeconds(1), change)); // not committed
        lock(id, MORNING.plusSeconds(2));

        assertEquals(Refusal.Kind.LOCKED, OrderFixture.kind(orders.write(MORNING.plusSeconds(3), change)));
        assertEquals(List.of(), change.decisionTimes());
    }

    @Test
    void leaseIsAnsweredWithItsTokenAndItsEnd() {
        OrderId id = orders.create("");

        CommandResult<Refusal> taken = lock(id, MORNING);

        assertEquals(201, OrderFixture.done(taken).status());
        assertEquals(id.value(), OrderFixture.done(taken).subject());
        assertEquals(
                "{\"lock_token\":\"token\",\"expires_at\":\"2026-11-20T08:00:30.000Z\"}", OrderFixture.body(taken));
        assertEquals(1, orders.head(), "a lease is no change");
    }

    @Test
    void onlyTheHolderChangesTheOrderWhichReleasesTheLease() {
        OrderId id = orders.create("");
        lock(id, MORNING);

        Refusal locked =
                ((CommandResult.Refused<Refusal>) orders.write(MORNING.plusSeconds(10), id, "{'volume':1}")).why();
        assertEquals(Refusal.Kind.LOCKED, locked.kind());
        assertEquals(Optional.of(20_000L), locked.retryAfterMillis());
        assertEquals("the order is locked by another for 20000 ms more", locked.detail());
        assertEquals(Refusal.Kind.LOCKED, OrderFixture.kind(changeWithToken(id, "other", MORNING.plusSeconds(10))));
        assertEquals(Refusal.Kind.LOCKED, OrderFixture.kind(lock(id, MORNING.plusSeconds(10))));

        assertEquals(
                200,
                OrderFixture.done(changeWithToken(id, TOKEN, MORNING.plusSeconds(10)))
                        .status());
        assertEquals(Refusal.Kind.LOCK_LOST, OrderFixture.kind(changeWithToken(id, TOKEN, MORNING.plusSeconds(11))));
        assertEquals(
                200,
                OrderFixture.done(orders.write(MORNING.plusSeconds(11), id, "{'volume':1}"))
                        .status());
    }

    @Test
    void leaseEndsAtItsEndAndIsRenewedBeforeIt() {
        OrderId id = orders.create("");
        lock(id, MORNING);
        Instant last = MORNING.plus(LEASE).minusMillis(1);
        assertEquals(Refusal.Kind.LOCKED, OrderFixture.kind(orders.write(last, id, "{'volume':1}")));

        assertEquals(
                201, OrderFixture.done(lockWithToken(id, TOKEN, LEASE, last)).status());
        assertEquals(Refusal.Kind.LOCKED, OrderFixture.kind(orders.write(MORNING.plus(LEASE), id, "{'volume':1}")));

        Instant end = last.plus(LEASE);
        assertEquals(Refusal.Kind.LOCK_LOST, OrderFixture.kind(lockWithToken(id, TOKEN, LEASE, end)));
        assertEquals(201, OrderFixture.done(lock(id, end)).status());
    }

    @Test
    void holderGivesTheLeaseBack() {
        OrderId id = orders.create("");
        lock(id, MORNING);

        assertEquals(Refusal.Kind.LOCKED, OrderFixture.kind(lockWithToken(id, "other", null, MORNING)));
        CommandResult.Done<Refusal> back = OrderFixture.done(lockWithToken(id, TOKEN, null, MORNING));

        assertEquals(204, back.status());
        assertEquals(0, back.body().length);
        assertEquals(Refusal.Kind.LOCK_LOST, OrderFixture.kind(lockWithToken(id, TOKEN, null, MORNING)));
        assertEquals(200, OrderFixture.done(orders.write(id, "{'volume':1}")).status());
    }

    @Test
    void leaseThatLastsLongerThanAnyLeaseHasEnded() {
        OrderLock lock = new OrderLock(LockOrder.digest(TOKEN), OrderLock.LEASE_MAX.toMillis());

        assertTrue(lock.isHeldAt(0));
        assertFalse(lock.isHeldAt(-1));
        assertFalse(lock.isHeldAt(OrderLock.LEASE_MAX.toMillis()));
        assertTrue(lock.matches(LockOrder.digest(TOKEN)));
        assertFalse(lock.matches(LockOrder.digest("other")));
    }

    @Test
    void refusedChangeKeepsTheLease() {
        OrderId id = orders.create("");
        lock(id, MORNING);
        Precondition holder =
                new Precondition(Optional.empty(), Optional.empty(), Optional.of(LockOrder.digest(TOKEN)));

        assertEquals(
                Refusal.Kind.FORBIDDEN_STEP,
                OrderFixture.kind(orders.write(MORNING, orders.change(id, "{'status':'ready'}", holder))));

        assertEquals(Refusal.Kind.LOCKED, OrderFixture.kind(orders.write(id, "{'volume':1}")));
    }

    @Test
    void eventThatIsNoOrdersIsReportedAsSuch() {
        Event ofNothing = new Event(new EventNumber(7), 0, LogStoreFixture.json("x"), null);

        assertThrows(IllegalArgumentException.class, () -> new LatestEvent(new FeedNumber(1), ofNothing));
        assertEquals(Optional.empty(), OrderId.subjectOf(ofNothing));
        assertThrows(IllegalStateException.class, () -> orderOf("{"));
        assertThrows(IllegalStateException.class, () -> orderOf("{\"status\":\"burnt\"}")
                .status());
    }

    private static Order orderOf(String data) {
        byte[] json = ("\"data\":" + data + "}").getBytes(StandardCharsets.US_ASCII);
        return Order.of(new Event(new EventNumber(7), 0, new EventJson(json, "\"data\":".length()), NOBODYS.value()));
    }
}

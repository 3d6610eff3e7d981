package io.bellwire.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.EventNumber;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a patch makes of an order, and why it may make nothing of it. */
class PreparedOrderChangeTest {
    private static final String STEP_TO_READY = "{'status':'ready'}";

    private final OrderFixture orders = new OrderFixture();

    @AfterEach
    void close() {
        orders.close();
    }

    private PreparedOrderChange prepare(OrderId id, String patch, Precondition precondition) {
        return PreparedOrderChange.of(orders.target(id), OrderFixture.patch(patch), precondition);
    }

    private PreparedOrderChange prepare(OrderId id, String patch) {
        return prepare(id, patch, Precondition.NONE);
    }

    private static Optional<Refusal.Kind> refusal(PreparedOrderChange change) {
        return change.refusal().map(Refusal::kind);
    }

    private static Precondition ifMatch(String... tags) {
        return new Precondition(Optional.of(Set.of(tags)), Optional.empty(), Optional.empty());
    }

    private static Precondition ifUnmodifiedSince(Instant time) {
        return new Precondition(Optional.empty(), Optional.of(time), Optional.empty());
    }

    @Test
    void changeIsTheNextVersionWithAllFieldsInTheirOrder() {
        OrderId id = orders.create(",'partner_id':'acme','volume':1,'data':{'a':1,'b':{'c':1,'d':2},'e':{'f':1}}");

        PreparedOrderChange change = prepare(
                id, "{'recipe_id':'latte','volume':null,'data':{'b':{'c':null,'x':[1]},'e':7,'g':{'h':null,'i':1}}}");

        assertEquals(
                ("{'id':'" + id + "','device_id':'grill','partner_id':'acme','status':'new','recipe_id':'latte',"
                                + "'data':{'a':1,'b':{'d':2,'x':[1]},'e':7,'g':{'i':1}},'version':2,'created_at':'"
                                + Timestamps.format(OrderFixture.MORNING) + "','updated_at':'" + Timestamps.UNKNOWN
                                + "'}")
                        .replace('\'', '"'),
                change.after().json());
        assertEquals(1, orders.order(id).version(), "the order that it was prepared against stays");
        assertEquals("io.bellwire.order.updated", change.facts().type());
        assertEquals("latte", change.facts().attribute("recipe_id"));
        assertEquals(Optional.empty(), change.refusal());
        RenderedEvent event = change.event().orElseThrow();
        assertEquals(change.after().json().length(), event.dataLength());
        assertTrue(event.bytes() > event.dataLength());
    }

    @Test
    void patchWithoutEffectIsNoEvent() {
        OrderId id = orders.create(",'volume':1");

        for (String patch : new String[] {"{}", "{'volume':1}", "{'status':'new'}", "{'data':null}"}) {
            PreparedOrderChange change = prepare(id, patch);
            assertEquals(Optional.empty(), change.event(), patch);
            assertEquals(Optional.empty(), change.refusal(), patch);
            assertEquals(1, change.after().version(), patch);
        }
    }

    @Test
    void onlyAChangeOfTheStatusIsAStepAndOnlyTheDecisionHasAWaitingTime() {
        OrderId id = orders.create("");

        PreparedOrderChange decision = prepare(id, "{'status':'accepted','volume':1}");
        PreparedOrderChange cancelled = prepare(id, "{'status':'cancelled'}");

        assertEquals("io.bellwire.order.status-changed", decision.facts().type());
        assertEquals(Optional.of(OrderFixture.MORNING), decision.undecidedSince());
        assertEquals(Optional.empty(), cancelled.undecidedSince());
        assertEquals(Optional.empty(), prepare(id, "{'volume':1}").undecidedSince());
        PreparedOrderChange next = decision.andThen(OrderFixture.patch("{'status':'in_progress'}"));
        assertEquals(3, next.after().version());
        assertEquals(Optional.empty(), next.undecidedSince());
    }

    @Test
    void stepThatIsNotAllowedLeavesTheOrderAndNamesTheAllowedOnes() {
        PreparedOrderChange change = prepare(orders.create(""), "{'status':'ready','volume':1}");

        assertEquals(Optional.of(Refusal.Kind.FORBIDDEN_STEP), refusal(change));
        assertEquals(
                "the order is new; allowed from here: accepted, rejected, cancelled",
                change.refusal().orElseThrow().detail());
        assertEquals(Optional.empty(), change.event());
        assertEquals(1, change.after().version());
        assertEquals(
                Optional.empty(), refusal(change.andThen(OrderFixture.patch("{'status':'accepted'}"))), "from new");
    }

    @Test
    void reasonIsThatOfTheLastStep() {
        OrderId id = orders.create("");

        PreparedOrderChange accepted = prepare(id, "{'status':'accepted','reason':'in a minute'}");
        PreparedOrderChange again = accepted.andThen(OrderFixture.patch("{'status':'accepted','volume':1}"));
        PreparedOrderChange begun = again.andThen(OrderFixture.patch("{'status':'in_progress'}"));

        assertTrue(again.after().json().contains("\"status\":\"accepted\",\"reason\":\"in a minute\""));
        assertFalse(begun.after().json().contains("reason"));
    }

    @Test
    void orderGrowsUpToItsLimitAndBeyondItOnlyByAStep() {
        OrderId id = orders.create(",'data':{'a':''}");
        int room = Order.BYTES_MAX - prepare(id, "{'volume':1}").after().json().length() + "\"volume\":1,".length();
        String fills = "{'data':{'a':'" + "x".repeat(room) + "'}}";

        PreparedOrderChange full = prepare(id, fills);
        assertEquals(Order.BYTES_MAX, full.event().orElseThrow().dataLength());
        PreparedOrderChange over = prepare(id, fills.replace("'x", "'xx"));
        assertEquals(Optional.of(Refusal.Kind.TOO_LARGE), refusal(over));
        assertEquals(
                "the order would have 65537 bytes, and may have 65536",
                over.refusal().orElseThrow().detail());

        PreparedOrderChange step = full.andThen(OrderFixture.patch("{'status':'rejected','reason':'too much'}"));
        assertTrue(step.event().orElseThrow().dataLength() > Order.BYTES_MAX);
        assertEquals(
                Optional.of(Refusal.Kind.TOO_LARGE),
                refusal(full.andThen(OrderFixture.patch("{'status':'accepted','volume':1}"))));
        String sameSize = "{'data':{'a':'" + "y".repeat(room) + "'}}";
        assertEquals(Optional.empty(), refusal(step.andThen(OrderFixture.patch(sameSize))), "it does not grow");
        assertEquals(
                Optional.of(Refusal.Kind.TOO_LARGE),
                refusal(step.andThen(OrderFixture.patch(sameSize.replace("'y", "'yy")))));
    }

    @Test
    void entityTagsCountBeforeTheTimeAndTheTimeCountsToTheSecond() {
        OrderId id = orders.create("");
        Instant written = OrderFixture.MORNING.plusMillis(900);
        orders.write(written, id, "{'volume':1}");

        assertTrue(prepare(id, "{}", ifMatch("\"2\"")).unmetPrecondition().isEmpty());
        assertTrue(prepare(id, "{}", ifMatch("*")).unmetPrecondition().isEmpty());
        assertTrue(
                prepare(id, "{}", ifMatch("\"1\"", "\"2\"")).unmetPrecondition().isEmpty());
        PreparedOrderChange stale = prepare(id, "{'volume':2}", ifMatch("\"1\""));
        assertEquals(Refusal.Kind.STALE, stale.unmetPrecondition().orElseThrow().kind());
        assertEquals(Optional.empty(), stale.event());
        assertTrue(prepare(id, "{}", ifUnmodifiedSince(OrderFixture.MORNING))
                .unmetPrecondition()
                .isEmpty());
        assertEquals(
                "the order was changed at " + written,
                prepare(id, "{}", ifUnmodifiedSince(OrderFixture.MORNING.minusSeconds(1)))
                        .unmetPrecondition()
                        .orElseThrow()
                        .detail());
        assertTrue(prepare(
                        id,
                        "{}",
                        new Precondition(Optional.of(Set.of("\"2\"")), Optional.of(Instant.EPOCH), Optional.empty()))
                .unmetPrecondition()
                .isEmpty());
        assertFalse(Precondition.NONE.namesState());
        assertTrue(ifMatch("*").namesState());
        assertTrue(ifUnmodifiedSince(written).namesState());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | the body must be a JSON object",
                "{'device_id':'x'} | device_id cannot be changed",
                "{'colour':'red'} | unknown field \"colour\"",
                "{'recipe_id':''} | recipe_id must have 1 to 128 characters",
                "{'volume':[]} | volume must be a string or a number",
                "{'data':'x'} | data must be a JSON object",
                "{'status':'rejected'} | reason is missing: a rejection gives one",
                "{'reason':'why not'} | reason goes with status",
                "{'status':'accepted','reason':''} | reason must have 1 to 256 characters",
            })
    void patchThatIsNoneIsRefusedByName(String json, String message) {
        assertEquals(
                message,
                assertThrows(InvalidOrderException.class, () -> OrderFixture.patch(json))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                STEP_TO_READY + " | true",
                "{'status':'rejected','reason':'sold out'} | true",
                "{'status':'cancelled'} | false",
                "{'status':'ready','volume':1} | false",
                "{'status':'ready','reason':'done','volume':1} | false",
                "{'volume':1} | false",
                "{} | false",
            })
    void deviceMayOnlyMakeAStepAndMayNotCancel(String patch, boolean isAllowed) {
        assertEquals(isAllowed, OrderFixture.patch(patch).isAllowedToDevices());
    }

    @Test
    void orderThatWasLookedUpAgainHasTheNewestEvent() {
        OrderId id = orders.create("");
        OrderTarget before = orders.target(id);
        orders.write(id, "{'volume':1}");

        OrderTarget after = before.withLatest(orders.newest(id));

        assertEquals(2, after.order().version());
        assertFalse(before.isAsNewAs(after));
        assertTrue(orders.target(id).isAsNewAs(after));
        assertSame(after.order(), after.withRecipients(before.recipients()).order());
        assertEquals(orders.grill, after.deviceFeed());
        assertEquals(Optional.of(id), OrderId.subjectOf(after.latest()));
    }

    @Test
    void orderHasWhatItsEventSays() {
        OrderId id = orders.create(",'partner_id':'acme'");
        orders.write(OrderFixture.MORNING.plus(Duration.ofHours(1)), id, "{'status':'accepted'}");
        Order order = orders.order(id);

        assertEquals(id.toString(), order.id());
        assertEquals("grill", order.device().value());
        assertEquals(Optional.of("acme"), order.partner());
        assertEquals(OrderStatus.ACCEPTED, order.status());
        assertEquals("\"2\"", order.etag());
        assertEquals(OrderFixture.MORNING, order.createdAt());
        assertEquals(OrderFixture.MORNING.plus(Duration.ofHours(1)), order.updatedAt());
        assertEquals(Optional.empty(), orders.order(orders.create("")).partner());
        assertTrue(orders.newest(id).eventNumber().compareTo(EventNumber.NONE) > 0);
    }
}

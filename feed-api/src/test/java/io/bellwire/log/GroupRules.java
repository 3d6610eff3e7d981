package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.group.FanOut;
import io.bellwire.group.GroupMembers;
import io.bellwire.group.GroupState;
import io.bellwire.group.GroupStore;
import io.bellwire.group.Recipients;
import io.bellwire.group.TargetGroup;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every store does with groups of devices, their members, and the events on their way to them. */
interface GroupRules {
    FeedId STORE = FeedId.ofGroup("stores", "17");

    LogStoreFixture fixture();

    /** The same log as another process finds it, if the store can do that. */
    LogStoreFixture reopened();

    private Feed store() {
        WriteBatch created = fixture()
                .write(fixture().named(Set.of(STORE), Set.of()), LogStoreFixture.MORNING, decided -> new GroupMembers(
                                decided)
                        .make(decided.feed(STORE), 7));
        return created.feed(STORE);
    }

    private GroupStore groups() {
        return fixture().store().deviceGroups();
    }

    private void decide(Feed group, Set<Feed> devices, Set<EventNumber> fanOuts, Consumer<WriteBatch> decide) {
        BatchNeeds needs = new BatchNeeds().feed(group).feeds(devices).keys(GroupMembers.FAN_OUTS, fanOuts);
        GroupMembers.declareState(needs, group);
        devices.forEach(device -> needs.key(GroupMembers.MEMBERS, GroupMembers.pair(group, device)));
        fixture().write(needs, LogStoreFixture.MORNING, decide);
    }

    private void enter(Feed group, Feed device) {
        decide(group, Set.of(device), Set.of(), decided -> {
            LogStoreFixture.append(decided, device.id() + " enters", group);
            new GroupMembers(decided).add(new GroupMembers(decided).state(group), group, device, decided.head(group));
        });
    }

    private void leave(Feed group, Feed device) {
        decide(group, Set.of(device), Set.of(), decided -> {
            Revision since = new GroupMembers(decided).since(group, device);
            LogStoreFixture.append(decided, device.id() + " leaves", group);
            new GroupMembers(decided)
                    .remove(new GroupMembers(decided).state(group), group, device, since, decided.head(group));
        });
    }

    /** An event whose members are left to the background. */
    private FanOut defer(Feed group, String data) {
        decide(group, Set.of(), Set.of(), decided -> new Recipients(
                        List.of(), List.of(new TargetGroup(group, 0, Optional.empty())))
                .append(decided, LogStoreFixture.rendered(data), null));
        List<FanOut> all = groups().fanOuts(EventNumber.NONE, 100);
        return all.get(all.size() - 1);
    }

    private void finish(Feed group, FanOut fanOut) {
        decide(group, Set.of(), Set.of(fanOut.eventNumber()), decided -> new GroupMembers(decided).finish(fanOut));
    }

    private static List<FeedId> ids(Feed... feeds) {
        return java.util.Arrays.stream(feeds).map(Feed::id).toList();
    }

    @Test
    default void groupIsMadeOnceAndCountsItsMembers() {
        assertTrue(groups().find(fixture().make(STORE)).isEmpty());
        Feed group = store();
        fixture()
                .write(
                        fixture().named(Set.of(STORE), Set.of()),
                        LogStoreFixture.MORNING,
                        decided -> assertEquals(
                                7,
                                new GroupMembers(decided)
                                        .state(decided.feed(STORE))
                                        .createdMillis()));

        enter(group, fixture().grill());
        enter(group, fixture().fryer());
        leave(group, fixture().grill());

        GroupState state =
                reopened().store().deviceGroups().find(fixture().stored(STORE)).orElseThrow();
        assertEquals(1, state.members());
        assertEquals(3, state.changed());
        assertEquals(0, state.behind());
        assertEquals(7, state.createdMillis());
    }

    @Test
    default void membersAreListedByNumberWithTheRevisionThatMadeThem() {
        Feed group = store();
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();
        enter(group, fryer);
        enter(group, grill);

        assertEquals(
                List.of(
                        new GroupStore.Member(grill.feedNumber(), grill.id(), new Revision(2)),
                        new GroupStore.Member(fryer.feedNumber(), fryer.id(), new Revision(1))),
                groups().members(group, FeedNumber.NONE, 10));
        assertEquals(1, groups().members(group, grill.feedNumber(), 10).size());
        assertEquals(1, groups().members(group, FeedNumber.NONE, 1).size());
        decide(group, Set.of(grill, fixture().orders()), Set.of(), decided -> {
            assertEquals(new Revision(2), new GroupMembers(decided).since(group, grill));
            assertNull(new GroupMembers(decided).since(group, fixture().orders()));
        });
    }

    @Test
    default void writeSeesWhatTheOnesBeforeItInItsGroupDecidedAboutMembers() {
        Feed group = store();
        Feed grill = fixture().grill();

        decide(group, Set.of(grill), Set.of(), decided -> {
            GroupMembers groupMembers = new GroupMembers(decided);
            LogStoreFixture.append(decided, "enters", group);
            groupMembers.add(groupMembers.state(group), group, grill, new Revision(1));
            assertEquals(new Revision(1), groupMembers.since(group, grill));
            LogStoreFixture.append(decided, "leaves", group);
            groupMembers.remove(groupMembers.state(group), group, grill, new Revision(1), new Revision(2));
            assertNull(groupMembers.since(group, grill));
            LogStoreFixture.append(decided, "enters again", group);
            groupMembers.add(groupMembers.state(group), group, grill, new Revision(3));
            assertEquals(1, groupMembers.state(group).members());
        });

        assertEquals(
                List.of(new GroupStore.Member(grill.feedNumber(), grill.id(), new Revision(3))),
                groups().members(group, FeedNumber.NONE, 10));
    }

    @Test
    default void audienceOfAnEventIsWhoWasAMemberThenHoweverLateItIsAskedFor() {
        Feed group = store();
        Feed grill = fixture().grill();
        Feed fryer = fixture().fryer();
        Feed oven = fixture().make(new FeedId("devices/oven"));
        enter(group, grill);
        enter(group, fryer);
        FanOut first = defer(group, "first");
        leave(group, grill);
        enter(group, oven);
        FanOut second = defer(group, "second");
        leave(group, fryer);
        enter(group, grill);

        GroupStore groups = reopened().store().deviceGroups();
        assertEquals(
                ids(grill, fryer),
                List.copyOf(groups.recipientsOf(first.entryKey(), FeedNumber.NONE, 10)
                        .values()));
        assertEquals(
                ids(fryer, oven),
                List.copyOf(groups.recipientsOf(second.entryKey(), FeedNumber.NONE, 10)
                        .values()));
        assertEquals(
                ids(grill),
                List.copyOf(groups.recipientsOf(first.entryKey(), FeedNumber.NONE, 1)
                        .values()));
        assertEquals(
                ids(fryer),
                List.copyOf(groups.recipientsOf(first.entryKey(), grill.feedNumber(), 1)
                        .values()));
        assertEquals(2, groups.recipientCountOf(second.entryKey(), FeedNumber.NONE));
        assertEquals(
                Set.of(fryer.feedNumber()),
                groups.reached(first.entryKey(), List.of(fryer.feedNumber(), oven.feedNumber())));
        assertTrue(groups.reached(first.entryKey(), List.of()).isEmpty());
    }

    @Test
    default void formerMembersAreForgottenWhenNothingIsOnItsWayToThemAnyMore() {
        Feed group = store();
        Feed grill = fixture().grill();
        enter(group, grill);
        FanOut first = defer(group, "first");
        FanOut second = defer(group, "second");
        leave(group, grill);
        assertEquals(2, groups().find(group).orElseThrow().behind());

        finish(group, first);
        assertEquals(
                1,
                groups().recipientCountOf(second.entryKey(), FeedNumber.NONE),
                "it was a member when the second was said");
        finish(group, second);

        assertEquals(0, groups().find(group).orElseThrow().behind());
        assertEquals(0, groups().recipientCountOf(second.entryKey(), FeedNumber.NONE));
        assertTrue(groups().fanOuts(EventNumber.NONE, 10).isEmpty());
    }

    @Test
    default void progressOfAnEventIsDurableWithTheEntriesThatItCounts() {
        Feed group = store();
        Feed grill = fixture().grill();
        enter(group, grill);
        FanOut fanOut = defer(group, "news");
        Event event = fixture().store().event(fanOut.eventNumber()).orElseThrow();
        FanOut further = fanOut.servedUpTo(grill.feedNumber());

        decide(group, Set.of(grill), Set.of(fanOut.eventNumber()), decided -> {
            assertEquals(fanOut, new GroupMembers(decided).fanOut(fanOut.eventNumber()));
            decided.addToFeeds(event, List.of(grill));
            new GroupMembers(decided).move(further);
            assertEquals(further, new GroupMembers(decided).fanOut(fanOut.eventNumber()));
        });

        LogStoreFixture next = reopened();
        assertEquals(Optional.of(further), next.store().deviceGroups().fanOut(fanOut.eventNumber()));
        assertEquals(new Revision(1), next.grill().head());
        assertEquals(
                fanOut.eventNumber(),
                next.store()
                        .read(next.grill(), Revision.NONE, new Revision(1), 10, LogStoreFixture.NO_BYTES_LIMIT)
                        .get(0)
                        .event()
                        .eventNumber());
    }

    @Test
    default void eventToAGroupWithinReachIsInAllFeedsAtOnceAndInMemoryOnce() {
        Feed group = store();
        Feed grill = fixture().grill();
        enter(group, grill);
        Recipients to = new Recipients(
                List.of(fixture().fryer()), List.of(new TargetGroup(group, 1, Optional.of(List.of(grill)))));

        WriteBatch written = fixture()
                .write(
                        LogStoreFixture.needs(to),
                        LogStoreFixture.MORNING,
                        decided -> to.append(decided, LogStoreFixture.rendered("news"), null));

        assertEquals(1, written.events().size());
        assertEquals(3, written.entries().size());
        assertTrue(groups().fanOuts(EventNumber.NONE, 10).isEmpty());
    }

    @Test
    default void membersThatHaveChangedSinceTheyWereLookedUpAreLeftToTheBackground() {
        Feed group = store();
        enter(group, fixture().grill());
        enter(group, fixture().fryer());
        Recipients old = new Recipients(
                List.of(),
                List.of(new TargetGroup(group, 1, Optional.of(List.of(fixture().grill())))));

        WriteBatch written = fixture()
                .write(
                        LogStoreFixture.needs(old),
                        LogStoreFixture.MORNING,
                        decided -> old.append(decided, LogStoreFixture.rendered("news"), null));

        assertEquals(1, written.entries().size());
        assertEquals(1, groups().fanOuts(EventNumber.NONE, 10).size());
    }
}

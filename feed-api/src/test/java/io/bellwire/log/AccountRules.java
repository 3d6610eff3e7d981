package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.group.GroupMembers;
import io.bellwire.group.GroupStore;
import io.bellwire.group.Recipients;
import io.bellwire.group.TargetGroup;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.Role;
import io.bellwire.registry.StoredAccount;
import io.bellwire.store.DataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every store does with the accounts of devices and partners. */
interface AccountRules {
    FeedId BAKERY = FeedId.ofPartner("bakery");

    LogStoreFixture fixture();

    /** The same log as another process finds it, if the store can do that. */
    LogStoreFixture reopened();

    /** Like the registry: in one batch with the account's feed. */
    private StoredAccount register(FeedId id, int secret) {
        WriteBatch batch = fixture()
                .write(fixture().named(Set.of(id, FeedId.ALL_DEVICES), Set.of(id)), LogStoreFixture.MORNING, g -> {
                    Revision since = g.head(g.feed(FeedId.ALL_DEVICES));
                    LogStoreFixture.put(
                            g, new StoredAccount(id, g.feed(id).feedNumber(), digest(secret), 7, false, since));
                    assertNotNull(g.get(AccountStore.ACCOUNTS, id), "the rest of the group sees it");
                });
        return batch.records().of(AccountStore.ACCOUNTS).get(id);
    }

    private static byte[] digest(int secret) {
        return new byte[] {(byte) secret, 1, 2};
    }

    private void change(StoredAccount changed) {
        fixture()
                .write(
                        fixture().named(Set.of(FeedId.ALL_DEVICES), Set.of(changed.id())),
                        LogStoreFixture.MORNING,
                        batch -> LogStoreFixture.put(batch, changed));
    }

    private static List<FeedId> ids(List<StoredAccount> accounts) {
        return accounts.stream().map(StoredAccount::id).toList();
    }

    /** The group of all devices, created by its first use. */
    private Feed all() {
        WriteBatch created = fixture()
                .write(
                        fixture().named(Set.of(FeedId.ALL_DEVICES), Set.of()),
                        LogStoreFixture.MORNING,
                        batch -> new GroupMembers(batch).make(batch.feed(FeedId.ALL_DEVICES), 7));
        return created.feed(FeedId.ALL_DEVICES);
    }

    private TargetGroup lookedUp(Feed all) {
        GroupStore groups = fixture().store().deviceGroups();
        long changed = groups.find(all).orElseThrow().changed();
        List<FeedId> members = groups.members(all, FeedNumber.NONE, 10).stream()
                .map(GroupStore.Member::device)
                .toList();
        return new TargetGroup(all, changed, Optional.of(fixture().store().feeds(members)));
    }

    private WriteBatch say(String data, TargetGroup targetGroup) {
        Recipients to = new Recipients(List.of(), List.of(targetGroup));
        return fixture()
                .write(
                        LogStoreFixture.needs(to),
                        LogStoreFixture.MORNING,
                        batch -> to.append(batch, LogStoreFixture.rendered(data), null));
    }

    @Test
    default void accountIsMadeWithItsFeedAndKeptAsItIs() {
        StoredAccount grill = register(LogStoreFixture.GRILL, 1);
        register(BAKERY, 2);

        DataStore store = reopened().store();

        StoredAccount found = store.accounts()
                .find(List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER))
                .get(0);
        assertEquals(grill.feedNumber(), found.feedNumber());
        assertEquals(fixture().grill().feedNumber(), found.feedNumber());
        assertArrayEquals(digest(1), found.secretDigest());
        assertEquals(7, found.createdMillis());
        assertEquals(false, found.disabled());
        assertEquals(List.of(BAKERY), ids(store.accounts().bySecret(List.of(digest(2), digest(3)))));
        assertTrue(store.accounts().find(List.of()).isEmpty());
        assertTrue(store.accounts().bySecret(List.of()).isEmpty());
        fixture()
                .write(
                        fixture().named(Set.of(), Set.of(BAKERY, LogStoreFixture.FRYER)),
                        LogStoreFixture.MORNING,
                        batch -> {
                            assertNotNull(batch.get(AccountStore.ACCOUNTS, BAKERY));
                            assertNull(batch.get(AccountStore.ACCOUNTS, LogStoreFixture.FRYER));
                        });
    }

    @Test
    default void changedAccountTakesThePlaceOfTheOneBefore() {
        StoredAccount grill = register(LogStoreFixture.GRILL, 1);
        change(grill.withSecret(digest(3)));
        assertTrue(fixture().store().accounts().bySecret(List.of(digest(1))).isEmpty());
        assertEquals(
                List.of(LogStoreFixture.GRILL), ids(fixture().store().accounts().bySecret(List.of(digest(3)))));

        change(grill.disable());
        StoredAccount disabled = reopened()
                .store()
                .accounts()
                .find(List.of(LogStoreFixture.GRILL))
                .get(0);
        assertTrue(disabled.disabled());

        change(disabled.enable(digest(4), new Revision(5)));
        StoredAccount enabled = reopened()
                .store()
                .accounts()
                .find(List.of(LogStoreFixture.GRILL))
                .get(0);
        assertEquals(new Revision(5), enabled.since());
        assertEquals(7, enabled.createdMillis());
        assertEquals(grill.feedNumber(), enabled.feedNumber());
    }

    @Test
    default void oldSecretAndRoleAreKeptUntilAChangeEndsThem() {
        StoredAccount grill = register(LogStoreFixture.GRILL, 1).withRole(Role.ORDERS);
        change(grill.withSecret(digest(2), 77));
        StoredAccount rotated = found(reopened());
        assertArrayEquals(digest(2), rotated.secretDigest());
        assertEquals(77, rotated.old().orElseThrow().untilMillis());
        assertEquals(Optional.of(Role.ORDERS), rotated.role());
        for (int secret : List.of(1, 2)) {
            assertEquals(
                    List.of(LogStoreFixture.GRILL),
                    ids(reopened().store().accounts().bySecret(List.of(digest(secret)))));
        }

        change(grill.withSecret(digest(2), 77).withSecret(digest(3), 78));
        assertTrue(reopened().store().accounts().bySecret(List.of(digest(1))).isEmpty());
        assertEquals(
                1, reopened().store().accounts().bySecret(List.of(digest(2))).size());

        change(grill.withSecret(digest(3), 78).withoutOldSecret());
        assertTrue(fixture().store().accounts().bySecret(List.of(digest(2))).isEmpty());
        assertTrue(found(reopened()).old().isEmpty());
    }

    private static StoredAccount found(LogStoreFixture fixture) {
        return fixture.store().accounts().find(List.of(LogStoreFixture.GRILL)).get(0);
    }

    @Test
    default void decisionThatThrowsLeavesNoAccount() {
        assertThrows(IllegalArgumentException.class, () -> fixture()
                .write(fixture().named(Set.of(BAKERY), Set.of(BAKERY)), LogStoreFixture.MORNING, batch -> {
                    LogStoreFixture.put(
                            batch,
                            new StoredAccount(
                                    BAKERY, batch.feed(BAKERY).feedNumber(), digest(1), 7, false, Revision.NONE));
                    throw new IllegalArgumentException("no");
                }));

        assertTrue(fixture().store().accounts().find(List.of(BAKERY)).isEmpty());
    }

    @Test
    default void devicesArePagedThroughByNameWhateverTheirNames() {
        List<FeedId> devices = Stream.of("A", "a", "B", "b-1", "b_1", "b1", "Z", "z", "0", "-")
                .map(name -> new FeedId("devices/" + name))
                .toList();
        devices.forEach(device -> register(device, 1));
        register(BAKERY, 2);

        List<FeedId> found = new ArrayList<>();
        List<StoredAccount> page = fixture().store().accounts().devices("", 3);
        while (!page.isEmpty()) {
            found.addAll(ids(page));
            page = fixture()
                    .store()
                    .accounts()
                    .devices(page.get(page.size() - 1).id().path(), 3);
        }

        assertEquals(10, found.size());
        assertEquals(Set.copyOf(devices), Set.copyOf(found));
    }

    @Test
    default void allDevicesAreThoseThatAreEnabledAndWereWhenItWasSaid() {
        Feed all = all();
        StoredAccount grill = register(LogStoreFixture.GRILL, 1);
        register(BAKERY, 2);
        EntryKey first =
                new EntryKey(all.feedNumber(), say("first", lookedUp(all)).head(all));
        StoredAccount fryer = register(LogStoreFixture.FRYER, 3);
        EntryKey second =
                new EntryKey(all.feedNumber(), say("second", lookedUp(all)).head(all));

        GroupStore groups = reopened().store().deviceGroups();
        assertEquals(
                List.of(
                        new GroupStore.Member(grill.feedNumber(), grill.id(), Revision.NONE),
                        new GroupStore.Member(fryer.feedNumber(), fryer.id(), new Revision(1))),
                groups.members(all, FeedNumber.NONE, 10));
        assertEquals(
                List.of(grill.id()),
                List.copyOf(groups.recipientsOf(first, FeedNumber.NONE, 10).values()));
        assertEquals(2, groups.recipientCountOf(second, FeedNumber.NONE));

        change(grill.disable());
        assertEquals(0, groups().recipientCountOf(first, FeedNumber.NONE));
        assertEquals(
                List.of(fryer.id()),
                List.copyOf(groups().recipientsOf(second, FeedNumber.NONE, 10).values()));
    }

    private GroupStore groups() {
        return fixture().store().deviceGroups();
    }

    @Test
    default void deviceThatCameOrWentSinceAllDevicesWereLookedUpLeavesThemToTheBackground() {
        Feed all = all();
        StoredAccount grill = register(LogStoreFixture.GRILL, 1);
        TargetGroup before = lookedUp(all);
        StoredAccount fryer = register(LogStoreFixture.FRYER, 2);

        say("after a registration", before);
        assertEquals(1, groups().fanOuts(EventNumber.NONE, 10).size());
        assertEquals(Revision.NONE, fixture().stored(grill.id()).head());

        TargetGroup both = lookedUp(all);
        change(fryer.disable());
        say("after a disabling", both);
        assertEquals(2, groups().fanOuts(EventNumber.NONE, 10).size());
    }

    @Test
    default void newSecretLeavesAllDevicesAsTheyWereLookedUp() {
        Feed all = all();
        StoredAccount grill = register(LogStoreFixture.GRILL, 1);
        TargetGroup before = lookedUp(all);

        change(grill.withSecret(digest(2)));
        register(BAKERY, 3);
        say("news", before);

        assertTrue(groups().fanOuts(EventNumber.NONE, 10).isEmpty());
        assertEquals(new Revision(1), fixture().stored(grill.id()).head());
    }
}

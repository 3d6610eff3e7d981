package io.bellwire.log;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.group.FanOut;
import io.bellwire.group.GroupMembers;
import io.bellwire.group.GroupState;
import io.bellwire.group.GroupStore;
import io.bellwire.group.Recipients;
import io.bellwire.group.TargetGroup;
import io.bellwire.presence.LastSeen;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.presence.PresenceCheckpoint;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import io.bellwire.store.DataStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes random batches about devices, partners and groups: accounts, members, events to groups and their progress,
 * documents, and when devices were last seen. It decides by what the store has. Used by one thread.
 */
final class FleetWorkload {
    private static final int DEVICES = 6;
    private static final int MEMBERS_PER_BATCH = 2;
    private static final int DOCUMENTS = 5;

    static final List<FeedId> PARTNERS = List.of(FeedId.ofPartner("bakery"), FeedId.ofPartner("kiosk"));
    static final List<FeedId> GROUPS =
            List.of(FeedId.ofGroup("stores", "17"), FeedId.ofGroup("stores", "18"), FeedId.ALL_DEVICES);

    private final Random random;
    private final Random documentChances = new Random(7);
    private final List<byte[]> secrets = new ArrayList<>();

    /** One batch: what it reads, and what it decides. */
    record Batch(BatchNeeds needs, Consumer<WriteBatch> decide) {}

    FleetWorkload(Random random) {
        this.random = random;
    }

    static FeedId device(int number) {
        return new FeedId("devices/d-" + number);
    }

    /** All feeds that may exist. */
    static List<FeedId> feeds() {
        List<FeedId> all = new ArrayList<>(PARTNERS);
        all.addAll(GROUPS);
        for (int i = 0; i < DEVICES; i++) {
            all.add(device(i));
        }
        return all;
    }

    /** The digests of all secrets that ever existed. */
    List<byte[]> secrets() {
        return secrets;
    }

    FeedId anyDevice() {
        return device(random.nextInt(DEVICES));
    }

    private FeedId any(List<FeedId> ids) {
        return ids.get(random.nextInt(ids.size()));
    }

    /** The next batch; {@code data} is what its event says if it has one. */
    Batch next(DataStore store, String data) {
        Batch batch = nextOfFleet(store, data);
        return new Batch(batch.needs(), decided -> {
            batch.decide().accept(decided);
            changeDocuments(decided);
        });
    }

    private Batch nextOfFleet(DataStore store, String data) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> account(store, random.nextInt(4) == 0 ? any(PARTNERS) : anyDevice());
            case 2, 3 -> member(store, data);
            case 4, 5 -> groupEvent(store, data);
            default -> further(store).orElseGet(() -> groupEvent(store, data));
        };
    }

    /** Puts or removes up to two documents. */
    private void changeDocuments(WriteBatch batch) {
        for (int i = documentChances.nextInt(3); i > 0; i--) {
            String key = "setting/" + documentChances.nextInt(DOCUMENTS);
            if (documentChances.nextInt(3) == 0) {
                batch.remove(DocumentStore.KEPT, key);
            } else {
                batch.put(DocumentStore.KEPT, key, document(key));
            }
        }
    }

    private Document document(String key) {
        byte[] json = new byte[documentChances.nextInt(300)];
        documentChances.nextBytes(json);
        return new Document(key, json);
    }

    /** Registers an account, or gives it a new secret, disables or enables it. */
    private Batch account(DataStore store, FeedId id) {
        byte[] secret = new byte[8];
        random.nextBytes(secret);
        secrets.add(secret);
        int kind = random.nextInt(3);
        return new Batch(LogStoreFixture.named(store, Set.of(id, FeedId.ALL_DEVICES), Set.of(id)), group -> {
            StoredAccount known = group.get(AccountStore.ACCOUNTS, id);
            Revision since = group.head(group.feed(FeedId.ALL_DEVICES));
            if (known == null) {
                LogStoreFixture.put(
                        group,
                        new StoredAccount(id, group.feed(id).feedNumber(), secret, since.value() + 7, false, since));
            } else if (known.disabled()) {
                LogStoreFixture.put(group, known.enable(secret, since));
            } else {
                LogStoreFixture.put(
                        group,
                        kind == 0
                                ? known.disable()
                                : kind == 1 ? known.withSecret(secret) : known.withSecret(secret, 99));
            }
        });
    }

    /** Makes the group and the device's feed if they are not there, else makes the device a member or ends that. */
    private Batch member(DataStore store, String data) {
        FeedId device = anyDevice();
        FeedId name = any(GROUPS);
        List<Feed> both = store.feeds(List.of(name, device));
        if (name.equals(FeedId.ALL_DEVICES) || both.size() < 2) {
            return new Batch(
                    LogStoreFixture.named(store, Set.of(name, device), Set.of()), decided -> make(decided, name));
        }
        Feed group = both.get(0);
        BatchNeeds needs =
                new BatchNeeds().feeds(both).key(GroupMembers.MEMBERS, GroupMembers.pair(group, both.get(1)));
        GroupMembers.declareState(needs, group);
        return new Batch(needs, decided -> {
            GroupState state = new GroupMembers(decided).state(group);
            Revision since = new GroupMembers(decided).since(group, both.get(1));
            if (state == null) {
                GroupState unused = new GroupMembers(decided).make(group, 7);
                return;
            }
            LogStoreFixture.append(decided, data, group);
            if (since == null) {
                new GroupMembers(decided).add(state, group, both.get(1), decided.head(group));
            } else {
                new GroupMembers(decided).remove(state, group, both.get(1), since, decided.head(group));
            }
        });
    }

    private static void make(WriteBatch decided, FeedId name) {
        Feed group = decided.feed(name);
        if (new GroupMembers(decided).state(group) == null) {
            GroupState unused = new GroupMembers(decided).make(group, 7);
        }
    }

    /** An event to a device and one or two groups, whose members get it at once or later. */
    private Batch groupEvent(DataStore store, String data) {
        List<Feed> groups = new ArrayList<>(store.feeds(GROUPS).stream()
                .filter(group -> store.deviceGroups().find(group).isPresent())
                .toList());
        if (groups.isEmpty()) {
            FeedId name = any(GROUPS);
            return new Batch(LogStoreFixture.named(store, Set.of(name), Set.of()), decided -> make(decided, name));
        }
        while (groups.size() > 2 || (groups.size() == 2 && random.nextBoolean())) {
            groups.remove(random.nextInt(groups.size()));
        }
        boolean isLater = random.nextBoolean();
        Recipients to = new Recipients(
                store.feeds(List.of(anyDevice())),
                groups.stream().map(group -> targetGroup(store, group, isLater)).toList());
        BatchNeeds needs = LogStoreFixture.needs(to);
        return new Batch(needs, decided -> {
            Event unused = to.append(decided, LogStoreFixture.rendered(data), null);
        });
    }

    private static TargetGroup targetGroup(DataStore store, Feed group, boolean isLater) {
        List<FeedId> members = store.deviceGroups().members(group, FeedNumber.NONE, DEVICES).stream()
                .map(GroupStore.Member::device)
                .toList();
        long changed = store.deviceGroups().find(group).orElseThrow().changed();
        return new TargetGroup(group, changed, isLater ? Optional.empty() : Optional.of(store.feeds(members)));
    }

    /** Writes the oldest event on its way to a few more members. */
    private Optional<Batch> further(DataStore store) {
        return store.deviceGroups().fanOuts(EventNumber.NONE, 1).stream()
                .findFirst()
                .map(fanOut -> further(store, fanOut));
    }

    private static Batch further(DataStore store, FanOut from) {
        GroupStore groups = store.deviceGroups();
        Map<FeedNumber, FeedId> page = groups.recipientsOf(from.entryKey(), from.lastFeedNumber(), MEMBERS_PER_BATCH);
        Set<FeedNumber> served = new HashSet<>(from.direct());
        from.entryKeys()
                .subList(0, from.target())
                .forEach(place -> served.addAll(groups.reached(place, page.keySet())));
        Set<Feed> members = new LinkedHashSet<>(store.feeds(page.values()));
        members.removeIf(member -> served.contains(member.feedNumber()));
        boolean isEnd = page.size() < MEMBERS_PER_BATCH;
        Optional<Event> event = store.event(from.eventNumber());
        BatchNeeds needs = new BatchNeeds()
                .feeds(members)
                .key(GroupMembers.FAN_OUTS, from.eventNumber())
                .keys(GroupMembers.STATES, from.groups());
        return new Batch(needs, decided -> {
            event.ifPresent(kept -> decided.addToFeeds(kept, List.copyOf(members)));
            if (!isEnd) {
                FeedNumber last = Collections.max(page.keySet());
                new GroupMembers(decided).move(from.servedUpTo(last));
            } else if (from.isAtLastTarget()) {
                new GroupMembers(decided).finish(from);
            } else {
                new GroupMembers(decided).move(from.atNextTarget());
            }
        });
    }

    /** When devices were seen, how far one has read, a document, and until when somebody looked: nothing that anybody waits for. */
    Batch hints(DataStore store, long nowMillis) {
        List<Feed> feeds = store.feeds(List.of(anyDevice()));
        List<LastSeen> seen = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            seen.add(new LastSeen(device(i), nowMillis - i, "MQTT", random.nextBoolean()));
        }
        return new Batch(LogStoreFixture.needs(Set.copyOf(feeds)), group -> {
            seen.forEach(device -> group.put(LastSeenStore.LAST_SEEN, device.id(), device));
            group.put(
                    LastSeenStore.CHECKPOINT,
                    FeedId.OPERATIONS,
                    new PresenceCheckpoint(nowMillis, new Revision(nowMillis / 7)));
            String key = "place/" + documentChances.nextInt(DOCUMENTS);
            group.put(DocumentStore.HINTS, key, document(key));
            feeds.stream()
                    .filter(feed -> feed.head().isAfter(Revision.NONE))
                    .forEach(feed -> group.received(feed, feed.headPosition()));
        });
    }
}

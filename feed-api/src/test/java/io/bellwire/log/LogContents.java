package io.bellwire.log;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.group.FanOut;
import io.bellwire.group.GroupMembers;
import io.bellwire.group.MembershipKey;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderLock;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import io.bellwire.store.DataStore;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The contents of a log without its changes, as single facts: recorded from what batches have decided, or read from a
 * store, so that the two can be compared. Used by one thread.
 */
final class LogContents {
    private static final int NO_LIMIT = 100_000;

    private final TreeMap<String, Object> facts = new TreeMap<>();

    LogContents copy() {
        LogContents copy = new LogContents();
        copy.facts.putAll(facts);
        return copy;
    }

    private void put(String kind, Object name, Object fact) {
        facts.put(kind + " " + name, fact);
    }

    private static Position position(Object fact) {
        return fact instanceof Position position ? position : Position.START;
    }

    /** The response may be deleted from now on. */
    void forgetAnswer(IdempotencyKey key) {
        facts.remove("answer " + name(key));
    }

    /** Adds what the batch has decided. */
    void note(WriteBatch group) {
        group.createdFeeds().forEach(id -> put("head", id, Position.START));
        group.entries()
                .forEach(entry -> put("head", entry.feed().id(), entry.change().position()));
        Records records = group.records();
        records.of(OrderStore.LATEST)
                .forEach((id, latest) -> put("order", id, text(latest.deviceFeedNumber(), latest.event())));
        records.of(OrderStore.LOCKS).forEach((id, lock) -> {
            if (lock == null) {
                facts.remove("lock " + id);
            } else {
                put("lock", id, text(lock));
            }
        });
        records.of(StoredResponse.TYPE).forEach((key, answer) -> put("answer", name(key), answer.atMillis()));
        group.processed().forEach((feed, position) -> put("processed", feed.id(), position));
        for (Map<Feed, Position> positions : List.of(group.processed(), group.received())) {
            positions.forEach(
                    (feed, position) -> facts.merge("received " + feed.id(), position, (old, latest) -> position(old)
                            .furthest(position(latest))));
        }
        records.of(AccountStore.ACCOUNTS).values().forEach(this::note);
        records.of(LastSeenStore.LAST_SEEN).forEach((id, sighting) -> put("sighting", id, sighting));
        records.of(LastSeenStore.CHECKPOINT).values().forEach(checkpoint -> put("watch", "", checkpoint));
        noteGroups(records);
        noteDocuments(records.of(DocumentStore.KEPT));
        noteDocuments(records.of(DocumentStore.HINTS));
    }

    private void noteDocuments(Map<String, Document> documents) {
        documents.forEach((key, document) -> {
            if (document == null) {
                facts.remove("document " + key);
            } else {
                put("document", key, document);
            }
        });
    }

    private void note(StoredAccount account) {
        facts.entrySet()
                .removeIf(fact -> fact.getKey().startsWith("secret ")
                        && fact.getValue().equals(account.id().path()));
        put("account", account.id(), text(account));
        putSecrets(account);
    }

    private void putSecrets(StoredAccount account) {
        put("secret", hex(account.secretDigest()), account.id().path());
        account.old()
                .ifPresent(old ->
                        put("secret", hex(old.secret().digest()), account.id().path()));
    }

    private void noteGroups(Records records) {
        records.of(GroupMembers.STATES).forEach((feedNumber, state) -> put("group", feedNumber, state));
        records.of(GroupMembers.FAN_OUTS).forEach((eventNumber, fanOut) -> {
            if (fanOut == null) {
                facts.remove("fan-out " + eventNumber);
                facts.keySet().removeIf(name -> name.startsWith("audience " + eventNumber + " "));
            } else if (facts.put("fan-out " + eventNumber, fanOut) == null) {
                fanOut.entryKeys()
                        .forEach(entryKey -> put(
                                "audience", eventNumber + " " + entryKey.feedNumber(), members(entryKey.feedNumber())));
            }
        });
        records.of(GroupMembers.MEMBERS).forEach((pair, since) -> {
            if (since == null) {
                facts.remove(member(pair));
            } else {
                facts.put(member(pair), since);
            }
        });
    }

    private static String member(MembershipKey pair) {
        return "member " + pair.group() + " " + pair.member();
    }

    /** The devices for which an event to the group would be now. */
    private Set<FeedNumber> members(FeedNumber group) {
        String prefix = "member " + group + " ";
        return facts.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> new FeedNumber(Integer.parseInt(name.substring(prefix.length()))))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * What the store has.
     *
     * @param feeds all feeds that may be there
     * @param keys the keys of all answers that may be there and must not be forgotten
     * @param secrets the digests of all secrets that there ever were
     */
    static LogContents of(
            DataStore store, Collection<FeedId> feeds, Collection<IdempotencyKey> keys, Collection<byte[]> secrets) {
        LogContents found = new LogContents();
        for (Feed feed : store.feeds(feeds)) {
            found.readFeed(store, feed);
        }
        found.readOrdersAndKeys(store, keys);
        store.accounts().find(feeds).forEach(account -> found.put("account", account.id(), text(account)));
        store.accounts().bySecret(secrets).forEach(found::putSecrets);
        store.lastSeen().of(feeds).forEach((id, sighting) -> found.put("sighting", id, sighting));
        store.lastSeen()
                .presenceCheckpoint()
                .ifPresent(presenceCheckpoint -> found.put("watch", "", presenceCheckpoint));
        for (FanOut fanOut : store.deviceGroups().fanOuts(EventNumber.NONE, NO_LIMIT)) {
            found.put("fan-out", fanOut.eventNumber(), fanOut);
            fanOut.entryKeys().forEach(entryKey -> found.readAudience(store, fanOut, entryKey));
        }
        store.documents()
                .withPrefix("", "", NO_LIMIT)
                .forEach(document -> found.put("document", document.key(), document));
        return found;
    }

    private void readFeed(DataStore store, Feed feed) {
        put("head", feed.id(), feed.headPosition());
        if (feed.processed().isAfter(Revision.NONE)) {
            put("processed", feed.id(), feed.processedPosition());
        }
        if (feed.received().isAfter(Revision.NONE)) {
            put("received", feed.id(), feed.receivedPosition());
        }
        for (StoredOrder order : store.orders().ofDevice(feed, null, NO_LIMIT)) {
            put("order", order.id(), text(feed.feedNumber(), order.latest()));
        }
        store.deviceGroups().find(feed).ifPresent(state -> put("group", feed.feedNumber(), state));
        if (feed.id().isGroup() && !feed.id().equals(FeedId.ALL_DEVICES)) {
            store.deviceGroups()
                    .members(feed, FeedNumber.NONE, NO_LIMIT)
                    .forEach(member -> facts.put(
                            member(new MembershipKey(feed.feedNumber(), member.feedNumber())), member.since()));
        }
    }

    private void readOrdersAndKeys(DataStore store, Collection<IdempotencyKey> keys) {
        Set<OrderId> orders = store.orders().after(null, NO_LIMIT).stream()
                .map(StoredOrder::id)
                .collect(Collectors.toSet());
        WriteBatch unused = store.commit(LogStoreFixture.needs(Set.of(), orders, Set.copyOf(keys)), loaded -> {
            loaded.records().of(OrderStore.LOCKS).forEach((id, lock) -> put("lock", id, text(lock)));
            loaded.records()
                    .of(StoredResponse.TYPE)
                    .forEach((key, answer) -> put("answer", name(key), answer.atMillis()));
            return new WriteBatch(loaded, LogStoreFixture.MORNING);
        });
        if (!facts.keySet().containsAll(orders.stream().map(id -> "order " + id).toList())) {
            throw new AssertionError("an order is no device's");
        }
    }

    /** The members of {@link FeedId#ALL_DEVICES} are derived from the accounts. */
    private void readAudience(DataStore store, FanOut fanOut, EntryKey entryKey) {
        boolean failsWholeBatch = store.feeds(List.of(FeedId.ALL_DEVICES)).stream()
                .anyMatch(all -> all.feedNumber().equals(entryKey.feedNumber()));
        put(
                "audience",
                fanOut.eventNumber() + " " + entryKey.feedNumber(),
                failsWholeBatch
                        ? Set.of()
                        : store.deviceGroups()
                                .recipientsOf(entryKey, FeedNumber.NONE, NO_LIMIT)
                                .keySet());
    }

    private static String text(FeedNumber owner, Event event) {
        return owner + " " + event.eventNumber() + " " + LogStoreFixture.data(event);
    }

    private static String text(OrderLock lock) {
        return hex(lock.tokenDigest()) + " until " + lock.untilMillis();
    }

    private static String text(StoredAccount account) {
        return account.feedNumber() + " " + hex(account.secretDigest()) + " " + account.createdMillis()
                + (account.disabled() ? " disabled" : " enabled") + " since " + account.since()
                + account.old()
                        .map(old -> " old " + hex(old.secret().digest()) + " until " + old.untilMillis())
                        .orElse("")
                + account.role().map(role -> " role " + role).orElse("");
    }

    private static String name(IdempotencyKey key) {
        return hex(key.digest());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** The same without what belongs to one epoch: how far readers are, and the chains up to heads. */
    LogContents withoutPositions() {
        LogContents rest = copy();
        rest.facts.keySet().removeIf(name -> name.matches("(head|received|processed) .*"));
        return rest;
    }

    /** Where {@code found} differs from this; empty if nowhere. */
    String difference(LogContents found) {
        StringBuilder text = new StringBuilder();
        Set<String> names = new TreeSet<>(facts.keySet());
        names.addAll(found.facts.keySet());
        for (String name : names) {
            Object wanted = facts.get(name);
            if (wanted == null || !wanted.equals(found.facts.get(name))) {
                text.append(name)
                        .append(" is ")
                        .append(found.facts.get(name))
                        .append(", not ")
                        .append(wanted)
                        .append("; ");
            }
        }
        return text.toString();
    }
}

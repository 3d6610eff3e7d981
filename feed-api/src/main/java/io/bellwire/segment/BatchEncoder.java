package io.bellwire.segment;

import io.bellwire.command.StoredResponse;
import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.group.GroupMembers;
import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Records;
import io.bellwire.log.WriteBatch;
import io.bellwire.order.OrderStore;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.registry.AccountStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes what a {@link WriteBatch} has decided as items of one record. */
final class BatchEncoder {
    private BatchEncoder() {}

    static void write(WriteBatch batch, ItemWriter to) {
        for (FeedId created : batch.createdFeeds()) {
            to.feed(batch.feed(created).feedNumber().value(), created);
        }
        writeEvents(batch, to);
        Records records = batch.records();
        forEachPut(records.of(StoredResponse.TYPE), to::response);
        records.of(OrderStore.LOCKS).forEach((id, lock) -> to.lock(id.value(), lock));
        batch.processed()
                .forEach((feed, position) -> to.processed(feed.feedNumber().value(), position));
        batch.received()
                .forEach((feed, position) -> to.received(feed.feedNumber().value(), position));
        forEachPut(records.of(AccountStore.ACCOUNTS), to::account);
        writeGroupMembers(records, to);
        forEachPut(records.of(LastSeenStore.LAST_SEEN), to::lastSeen);
        forEachPut(records.of(LastSeenStore.CHECKPOINT), to::presenceCheckpoint);
        writeDocuments(records.of(DocumentStore.KEPT), to);
        writeDocuments(records.of(DocumentStore.HINTS), to);
    }

    private static void writeDocuments(Map<String, @Nullable Document> documents, ItemWriter to) {
        documents.forEach((key, document) -> {
            if (document == null) {
                to.noDocument(key);
            } else {
                to.document(document);
            }
        });
    }

    private static <V> void forEachPut(Map<?, @Nullable V> records, Consumer<V> write) {
        for (V value : records.values()) {
            if (value != null) {
                write.accept(value);
            }
        }
    }

    /**
     * Writes each event once, followed by its entries, even if an earlier batch has written the event. Events are
     * written in the order of their entries, which is that of each feed's revisions.
     */
    private static void writeEvents(WriteBatch batch, ItemWriter to) {
        Map<EventNumber, List<WriteBatch.Entry>> entries = new LinkedHashMap<>();
        Map<EventNumber, Event> events = new LinkedHashMap<>();
        for (WriteBatch.Entry entry : batch.entries()) {
            events.putIfAbsent(entry.event().eventNumber(), entry.event());
            entries.computeIfAbsent(entry.event().eventNumber(), eventNumber -> new ArrayList<>())
                    .add(entry);
        }
        for (Event event : batch.events()) {
            events.putIfAbsent(event.eventNumber(), event); // an event that is in no feed
        }
        Map<EventNumber, FeedNumber> devices = new HashMap<>();
        forEachPut(
                batch.records().of(OrderStore.LATEST),
                latest -> devices.put(latest.event().eventNumber(), latest.deviceFeedNumber()));
        events.forEach((eventNumber, event) -> {
            FeedNumber device = devices.get(eventNumber);
            to.event(event, device == null ? 0 : device.value(), device != null);
            entries.getOrDefault(eventNumber, List.of())
                    .forEach(entry -> to.entry(
                            entry.feed().feedNumber().value(), entry.change().position(), false));
        });
    }

    private static void writeGroupMembers(Records records, ItemWriter to) {
        forEachPut(records.of(GroupMembers.STATES), to::group);
        records.of(GroupMembers.FORMER_MEMBERS_DROPPED)
                .forEach((group, ended) -> to.dropFormerMembers(group.value(), ended.value()));
        records.of(GroupMembers.MEMBERS)
                .forEach((memberKey, since) -> to.member(memberKey.value(), since == null ? null : since.value()));
        records.of(GroupMembers.FORMER_MEMBERS)
                .keySet()
                .forEach(former -> to.formerMember(
                        former.memberKey().value(),
                        former.since().value(),
                        former.ended().value()));
        records.of(GroupMembers.FAN_OUTS).forEach((eventNumber, fanOut) -> {
            if (fanOut == null) {
                to.fanOutDone(eventNumber.value());
            } else {
                to.fanOut(fanOut);
            }
        });
    }
}

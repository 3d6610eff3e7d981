package io.bellwire.segment;

import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupMembers;
import io.bellwire.log.PresenceCheckpoint;
import io.bellwire.log.StoredAccount;
import io.bellwire.log.WriteBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what a {@link WriteBatch} has decided as items of one record. */
final class BatchEncoder {
    private BatchEncoder() {}

    static void write(WriteBatch batch, ItemWriter to) {
        for (FeedId created : batch.createdFeeds()) {
            to.feed(batch.feed(created).feedNumber(), created);
        }
        writeEvents(batch, to);
        batch.storedResponses().values().forEach(to::response);
        batch.locks().forEach(to::lock);
        batch.processed().forEach((feed, position) -> to.processed(feed.feedNumber(), position));
        batch.received().forEach((feed, position) -> to.received(feed.feedNumber(), position));
        for (StoredAccount account : batch.accounts().values()) {
            to.account(account);
        }
        writeGroupMembers(batch.groupMembers(), to);
        batch.lastSeen().values().forEach(to::lastSeen);
        PresenceCheckpoint checkpoint = batch.presenceCheckpoint();
        if (checkpoint != null) {
            to.presenceCheckpoint(checkpoint);
        }
    }

    /**
     * Writes each event once, followed by its entries, even if an earlier batch has written the event. Events are
     * written in the order of their entries, which is that of each feed's revisions.
     */
    private static void writeEvents(WriteBatch batch, ItemWriter to) {
        Map<Long, List<WriteBatch.Entry>> entries = new LinkedHashMap<>();
        Map<Long, Event> events = new LinkedHashMap<>();
        for (WriteBatch.Entry entry : batch.entries()) {
            events.putIfAbsent(entry.event().eventNumber(), entry.event());
            entries.computeIfAbsent(entry.event().eventNumber(), eventNumber -> new ArrayList<>())
                    .add(entry);
        }
        for (Event event : batch.events()) {
            events.putIfAbsent(event.eventNumber(), event); // an event that is in no feed
        }
        Map<Long, Feed> devices = new LinkedHashMap<>();
        batch.orders().values().forEach(latest -> devices.put(latest.event().eventNumber(), latest.device()));
        events.forEach((eventNumber, event) -> {
            Feed device = devices.get(eventNumber);
            to.event(event, device == null ? 0 : device.feedNumber(), device != null);
            entries.getOrDefault(eventNumber, List.of())
                    .forEach(entry ->
                            to.entry(entry.feed().feedNumber(), entry.change().position(), false));
        });
    }

    private static void writeGroupMembers(GroupMembers groups, ItemWriter to) {
        groups.groups().values().forEach(to::group);
        groups.formerMembersDroppedUpTo().forEach((group, ended) -> to.dropFormerMembers(group, ended.value()));
        groups.members().forEach((pair, since) -> to.member(pair, since == null ? null : since.value()));
        groups.former()
                .forEach(former -> to.formerMember(
                        former.pair(), former.since().value(), former.ended().value()));
        groups.fanOuts().forEach((eventNumber, fanOut) -> {
            if (fanOut == null) {
                to.fanOutDone(eventNumber);
            } else {
                to.fanOut(fanOut);
            }
        });
    }
}

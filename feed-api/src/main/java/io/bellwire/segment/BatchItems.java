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

/** What a batch has decided, as items of one record. */
final class BatchItems {
    private BatchItems() {}

    static void write(WriteBatch group, ItemWriter to) {
        for (FeedId made : group.made()) {
            to.feed(group.feed(made).no(), made);
        }
        writeEvents(group, to);
        group.answers().values().forEach(to::response);
        group.locks().forEach(to::lock);
        group.processed().forEach((feed, position) -> to.processed(feed.no(), position));
        group.received().forEach((feed, position) -> to.received(feed.no(), position));
        for (StoredAccount account : group.accounts().values()) {
            to.account(account);
        }
        writeAudiences(group.audiences(), to);
        group.sightings().values().forEach(to::sighting);
        PresenceCheckpoint watch = group.watch();
        if (watch != null) {
            to.watch(watch);
        }
    }

    /**
     * Each event once, followed by its changes, also if it was in the log before this batch; in the order of the changes, which is
     * that of each feed's revisions.
     */
    private static void writeEvents(WriteBatch group, ItemWriter to) {
        Map<Long, List<WriteBatch.Entry>> entries = new LinkedHashMap<>();
        Map<Long, Event> events = new LinkedHashMap<>();
        for (WriteBatch.Entry entry : group.entries()) {
            events.putIfAbsent(entry.event().seq(), entry.event());
            entries.computeIfAbsent(entry.event().seq(), seq -> new ArrayList<>())
                    .add(entry);
        }
        for (Event event : group.events()) {
            events.putIfAbsent(event.seq(), event); // one that is in no feed
        }
        Map<Long, Feed> devices = new LinkedHashMap<>();
        group.orders().values().forEach(latest -> devices.put(latest.event().seq(), latest.device()));
        events.forEach((seq, event) -> {
            Feed device = devices.get(seq);
            to.event(event, device == null ? 0 : device.no(), device != null);
            entries.getOrDefault(seq, List.of())
                    .forEach(entry -> to.entry(entry.feed().no(), entry.change().position(), false));
        });
    }

    private static void writeAudiences(GroupMembers audiences, ItemWriter to) {
        audiences.groups().values().forEach(to::group);
        audiences.forgotten().forEach(to::forgetFormer);
        audiences.members().forEach(to::member);
        audiences.former().forEach(former -> to.formerMember(former.pair(), former.since(), former.ended()));
        audiences.fanOuts().forEach((seq, fanOut) -> {
            if (fanOut == null) {
                to.fanOutDone(seq);
            } else {
                to.fanOut(fanOut);
            }
        });
    }
}

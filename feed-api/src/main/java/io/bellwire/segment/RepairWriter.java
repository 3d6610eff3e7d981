package io.bellwire.segment;

import io.bellwire.command.StoredResponse;
import io.bellwire.document.Document;
import io.bellwire.group.FanOut;
import io.bellwire.group.GroupState;
import io.bellwire.group.MembershipKey;
import io.bellwire.log.Chain;
import io.bellwire.log.EntryKey;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.FeedId;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.order.OrderLock;
import io.bellwire.presence.LastSeen;
import io.bellwire.presence.PresenceCheckpoint;
import io.bellwire.registry.StoredAccount;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The second reading of a damaged log, for a repair: writes each whole record into a new log. Feeds and events keep
 * their numbers; the changes of a feed get revisions without gaps, and everything that names a revision is changed
 * alike. Positions of readers are left out, because the new log has a new epoch. Used by one thread.
 */
final class RepairWriter implements SegmentReader.RecordVisitor, ItemVisitor {
    private final RepairSurvey survey;
    private final SegmentLog to;
    private final Consumer<String> lost;
    private final Map<Integer, Position> heads = new HashMap<>();
    private final Set<Long> lostFanOuts = new HashSet<>();
    private final int allDevices;
    private final int operations;
    private long changes;

    // of the record that is being written
    private RecordBody body = RecordBody.NONE;
    private @Nullable ItemWriter items;
    private @Nullable Event event;

    /** @param lost gets a line for each thing that is lost besides whole records */
    RepairWriter(RepairSurvey survey, SegmentLog to, Consumer<String> lost) {
        this.survey = survey;
        this.to = to;
        this.lost = lost;
        this.allDevices = survey.feedNumber(FeedId.ALL_DEVICES);
        this.operations = survey.feedNumber(FeedId.OPERATIONS);
    }

    /** How many changes have been written. */
    long changes() {
        return changes;
    }

    /** Writes all feeds, with the positions before their first changes. To be called first. */
    void writeFeeds(long atMillis) {
        for (int from = 1; from <= survey.feedNumberMax(); from += RecordLimits.FEEDS_MAX) {
            int first = from;
            to.append(atMillis, false, into -> {
                int end = Math.min(first + RecordLimits.FEEDS_MAX - 1, survey.feedNumberMax());
                for (int feedNumber = first; feedNumber <= end; feedNumber++) {
                    writeFeed(feedNumber, into);
                }
            });
        }
    }

    private void writeFeed(int feedNumber, ItemWriter into) {
        SurvivingRevisions left = survey.revisions(feedNumber);
        FeedId name = survey.name(feedNumber);
        if (name == null) { // each number must have a name
            name = new FeedId("lost/feed-" + feedNumber);
            lost.accept("the name of feed " + feedNumber + ", and with it the way to its changes up to revision "
                    + left.last());
        } else if (!left.gaps().isEmpty()) {
            lost.accept("of the feed " + name + " the changes " + left.gaps());
        }
        Position base = left.base() == 0 ? Position.START : new Position(new Revision(left.base()), Chain.START);
        heads.put(feedNumber, base);
        into.feed(feedNumber, name);
        into.feedState(new FeedState.Snapshot(feedNumber, base, base, Position.START, Position.START, 0));
    }

    @Override
    public void record(RecordHeader header, long offset, ByteBuffer content) {
        body = new RecordBody(offset, content);
        event = null;
        to.append(header.atMillis(), false, into -> {
            items = into;
            body.read(this);
        });
    }

    private ItemWriter items() {
        return Objects.requireNonNull(items, "items come only while a record is written");
    }

    private Revision repaired(int feedNumber, Revision revision) {
        return new Revision(survey.revisions(feedNumber).repaired(revision.value()));
    }

    @Override
    public void event(EventItem item) {
        EventCodec.StoredEvent stored = body.event(item);
        event = stored.event();
        items().event(stored.event(), item.deviceFeedNumber(), item.isLatestOfOrder());
    }

    @Override
    public void entry(int feedNumber, Position position, boolean isCopy) {
        Position head = heads.getOrDefault(feedNumber, Position.START);
        Event of = event;
        if (of != null && repaired(feedNumber, position.revision()).isAfter(head.revision())) { // or it is a copy
            Position next = new Position(head.revision().next(), Chain.next(head.chain(), of.checksum()));
            heads.put(feedNumber, next);
            items().entry(feedNumber, next, false);
            changes++;
        }
    }

    @Override
    public void response(long keyHash, ItemLocation location) {
        StoredResponse response = body.response(location);
        items().response(response);
    }

    @Override
    public void lock(UUID order, @Nullable OrderLock lock) {
        items().lock(order, lock);
    }

    @Override
    public void account(StoredAccount account) {
        items().account(account.withSince(repaired(allDevices, account.since())));
    }

    @Override
    public void group(GroupState group) {
        int feedNumber = group.feedNumber().value();
        long changed = feedNumber == allDevices
                ? group.changed() // a count
                : repaired(feedNumber, new Revision(group.changed())).value();
        items().group(new GroupState(
                group.feedNumber(), group.members(), changed, group.behind(), group.createdMillis()));
    }

    private static int groupOf(long memberKey) {
        return MembershipKey.of(memberKey).group().value();
    }

    @Override
    public void member(long memberKey, @Nullable Long since) {
        items().member(
                        memberKey,
                        since == null
                                ? null
                                : Long.valueOf(repaired(groupOf(memberKey), new Revision(since))
                                        .value()));
    }

    @Override
    public void formerMember(long memberKey, long since, long ended) {
        int group = groupOf(memberKey);
        items().formerMember(memberKey, repaired(group, new Revision(since)).value(), endedRepaired(group, ended));
    }

    @Override
    public void dropFormerMembers(int groupFeedNumber, long ended) {
        items().dropFormerMembers(groupFeedNumber, endedRepaired(groupFeedNumber, ended));
    }

    /** A membership ends before a revision, and begins after one. */
    private long endedRepaired(int group, long ended) {
        return ended == 0 ? 0 : repaired(group, new Revision(ended - 1)).value() + 1;
    }

    @Override
    public void fanOut(FanOut fanOut) {
        for (EntryKey entryKey : fanOut.entryKeys()) {
            if (survey.revisions(entryKey.feedNumber().value())
                    .isLost(entryKey.revision().value())) {
                if (lostFanOuts.add(fanOut.eventNumber().value())) {
                    lost.accept("event " + fanOut.eventNumber()
                            + ", which was on its way to groups: members that it had not reached do not get it");
                }
                items().fanOutDone(fanOut.eventNumber().value());
                return;
            }
        }
        List<EntryKey> entryKeys = fanOut.entryKeys().stream()
                .map(entryKey -> new EntryKey(
                        entryKey.feedNumber(), repaired(entryKey.feedNumber().value(), entryKey.revision())))
                .toList();
        items().fanOut(new FanOut(
                fanOut.eventNumber(),
                fanOut.atMillis(),
                entryKeys,
                fanOut.direct(),
                fanOut.target(),
                fanOut.lastFeedNumber()));
    }

    @Override
    public void fanOutDone(long eventNumber) {
        items().fanOutDone(eventNumber);
    }

    @Override
    public void lastSeen(LastSeen lastSeen) {
        items().lastSeen(lastSeen);
    }

    @Override
    public void presenceCheckpoint(PresenceCheckpoint checkpoint) {
        Revision seen = operations == 0 ? checkpoint.revision() : repaired(operations, checkpoint.revision());
        items().presenceCheckpoint(new PresenceCheckpoint(checkpoint.untilMillis(), seen));
    }

    @Override
    public void document(Document document) {
        items().document(document);
    }

    @Override
    public void noDocument(String key) {
        items().noDocument(key);
    }

    /**
     * Makes the counts of groups what they are without what is lost, and names the accounts that are lost. To be called
     * last; all is durable when it returns.
     */
    void writeEnd(long atMillis, Epoch epoch) {
        LogState state = to.state();
        for (int feedNumber = 1; feedNumber <= state.feedCount(); feedNumber++) {
            FeedId name = state.feedId(feedNumber);
            boolean hasAccount = name.device().isPresent()
                    || name.partner().isPresent()
                    || name.operator().isPresent();
            if (hasAccount && state.accounts().get(name) == null) {
                lost.accept("the account of " + name + ": register it again");
            }
        }
        to.append(atMillis, true, into -> {
            state.groups().writeCounts(into);
            into.epoch(epoch);
        });
    }
}

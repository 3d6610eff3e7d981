package io.bellwire.world;

import java.util.ArrayList;
import java.util.List;

/** The bugs that the worlds have to find. */
final class PlantedBugs {
    private PlantedBugs() {}

    /** All bugs. */
    static List<PlantedBug> all() {
        List<PlantedBug> bugs = new ArrayList<>();
        bugs.addAll(inTheLog());
        bugs.addAll(inOrdersAndAccounts());
        bugs.addAll(inLeasesAndSecrets());
        bugs.addAll(inTheWriterAndGroups());
        bugs.addAll(inFeedsAndBridge());
        bugs.addAll(inTheDevice());
        return bugs;
    }

    private static List<PlantedBug> inTheLog() {
        return List.of(
                new PlantedBug(
                        "a revision is used again",
                        "feed-api",
                        "log.WriteBatch",
                        "heads.put(feed.feedNumber(), next);",
                        ""),
                new PlantedBug(
                        "the tail of a batch is lost",
                        "feed-api",
                        "segment.BatchEncoder",
                        "for (WriteBatch.Entry entry : batch.entries()) {",
                        "for (WriteBatch.Entry entry : batch.entries().subList(0, batch.entries().size() > 1"
                                + " ? batch.entries().size() - 1 : batch.entries().size())) {"),
                new PlantedBug(
                        "readers are told before the sync",
                        "feed-api",
                        "segment.SegmentLog",
                        "if (isSynced) { writer.sync(); }",
                        ""),
                new PlantedBug(
                        "a segment is sealed without a sync",
                        "feed-api",
                        "segment.SegmentLog",
                        "private void beginSegment() { try { writer.sync();",
                        "private void beginSegment() { try {"),
                new PlantedBug(
                        "retention deletes one change too much",
                        "feed-api",
                        "segment.SegmentRetention",
                        "if (last < feed.head().revision().value()) {",
                        "if (last <= feed.head().revision().value()) {"),
                new PlantedBug(
                        "retention deletes too early",
                        "feed-api",
                        "segment.SegmentRetention",
                        "summary.lastWritten().ageMillis() <= keptMillis) { break;",
                        "summary.lastWritten().ageMillis() <= keptMillis / 2) { break;"),
                new PlantedBug(
                        "retention forgets the orders",
                        "feed-api",
                        "segment.SegmentRetention",
                        "copyOrders(nowMillis, oldest, index);",
                        ""),
                new PlantedBug(
                        "retention forgets the answers to keys",
                        "feed-api",
                        "segment.SegmentRetention",
                        "copyResponses(nowMillis, nowMillis - responsesKeptMillis, oldest, index);",
                        ""),
                new PlantedBug(
                        "the snapshot misses the last order",
                        "feed-api",
                        "segment.SegmentOrders",
                        "return segments.orders(device.feedNumber().value(), value(after), limit);",
                        "var found = segments.orders(device.feedNumber().value(), value(after), limit);"
                                + " return found.size() < limit && !found.isEmpty()"
                                + " ? found.subList(0, found.size() - 1) : found;"));
    }

    private static List<PlantedBug> inOrdersAndAccounts() {
        return List.of(
                new PlantedBug(
                        "an order is changed without its lock: what it was prepared against is not compared",
                        "feed-api",
                        "order.ChangeOrder",
                        ".filter(latest -> !latest.eventNumber().equals(target.latest().eventNumber()))",
                        ".filter(latest -> false)"),
                new PlantedBug(
                        "the precondition of a change is ignored",
                        "feed-api",
                        "order.ChangeOrder",
                        "change.unmetPrecondition().or(() -> lockRefusal(batch, id)).or(change::refusal)",
                        "lockRefusal(batch, id).or(change::refusal)"),
                new PlantedBug(
                        "a status step is taken out of order",
                        "feed-api",
                        "order.OrderStatus",
                        "case NEW -> Set.of(ACCEPTED, REJECTED, CANCELLED);",
                        "case NEW -> Set.of(ACCEPTED, REJECTED, CANCELLED, READY, DELIVERED);"),
                new PlantedBug(
                        "an idempotency key is forgotten",
                        "feed-api",
                        "command.IdempotentCommand",
                        "batch.put(StoredResponse.TYPE, key, response);",
                        ""),
                new PlantedBug(
                        "an event's id is forgotten",
                        "feed-api",
                        "feed.AppendEvents",
                        "if (batch.get(StoredResponse.TYPE, event.key()) == null) { Event",
                        "if (true) { Event"),
                new PlantedBug(
                        "an event goes to the members that the group had when the event was prepared",
                        "feed-api",
                        "group.TargetGroup",
                        "&& state.changed() == changed;",
                        ";"),
                new PlantedBug(
                        "a device that has just joined a group misses an event",
                        "feed-api",
                        "group.GroupMembers",
                        "batch.put(MEMBERS, pair(group, device), revision);",
                        "batch.put(MEMBERS, pair(group, device), revision.next());"),
                new PlantedBug(
                        "a former member keeps receiving",
                        "feed-api",
                        "group.GroupMembers",
                        "batch.remove(MEMBERS, pair);",
                        ""),
                new PlantedBug(
                        "the last batch of a fan-out is forgotten",
                        "feed-api",
                        "group.FanOuts",
                        "if (page.size() == limits.batchMax()) {",
                        "if (false) {"),
                new PlantedBug(
                        "a disabled device still reads",
                        "feed-api",
                        "registry.Account",
                        "public boolean accepts(Secret given) { return !disabled &&",
                        "public boolean accepts(Secret given) { return"),
                new PlantedBug(
                        "an old secret still holds after a rotation",
                        "feed-api",
                        "registry.Registry",
                        "changed.stream().filter(Objects::nonNull).forEach(this::update);",
                        ""));
    }

    private static List<PlantedBug> inLeasesAndSecrets() {
        return List.of(
                new PlantedBug(
                        "a lease does not keep others out",
                        "feed-api",
                        "order.LockOrder",
                        "if (isCallers || (!isHeld && digest.isEmpty())) {",
                        "if (isCallers || digest.isEmpty()) {"),
                new PlantedBug(
                        "a lease never ends",
                        "feed-api",
                        "order.OrderLock",
                        "return nowMillis < untilMillis && untilMillis - nowMillis <= LEASE_MAX.toMillis();",
                        "return true;"),
                new PlantedBug(
                        "leases go by a clock that begins anew with each process",
                        "feed-api",
                        "log.SteadyClock",
                        "return openedMillis + elapsed.millis();",
                        "return elapsed.millis();"),
                new PlantedBug(
                        "leases end with the process that granted them",
                        "feed-api",
                        "log.SteadyClock",
                        "return openedMillis + elapsed.millis();",
                        "return openedMillis * 2 + elapsed.millis();"),
                new PlantedBug(
                        "an old secret is accepted for good",
                        "feed-api",
                        "registry.OldSecret",
                        "return steadyMillis < untilMillis;",
                        "return true;"),
                new PlantedBug(
                        "an old secret ends at once in spite of its overlap",
                        "feed-api",
                        "registry.ChangeAccount",
                        ".map(enabled -> overlap.isZero()",
                        ".map(enabled -> true"),
                new PlantedBug(
                        "a connection outlives its secret",
                        "feed-api",
                        "registry.Registry",
                        "} else { account.ifPresent(this::notifyRevoked); } return null;",
                        "} return null;"));
    }

    private static List<PlantedBug> inTheWriterAndGroups() {
        return List.of(
                new PlantedBug(
                        "callers are answered before the sync",
                        "feed-api",
                        "log.LogWriter",
                        "return decide(writes, () -> new WriteBatch(resolved, now, steadyMillis), positions, failed);",
                        "WriteBatch made = decide(writes, () -> new WriteBatch(resolved, now, steadyMillis), positions,"
                                + " failed); writes.forEach(PendingWrite::complete); return made;"),
                new PlantedBug(
                        "a broadcast skips the members of its last step",
                        "feed-api",
                        "group.FanOuts",
                        "if (write(fanOut, next, event, events.feeds(members))) {",
                        "if (write(fanOut, next, event, next.isEmpty() ? List.of() : events.feeds(members))) {"),
                new PlantedBug(
                        "a broadcast reaches devices that were enabled after it",
                        "feed-api",
                        "segment.GroupTable",
                        "afterFeedNumber.value(), entryKey.revision().value(), limit)) {",
                        "afterFeedNumber.value(), Long.MAX_VALUE, limit)) {"),
                new PlantedBug(
                        "a device that leaves a group misses an event that is on its way",
                        "feed-api",
                        "group.GroupMembers",
                        "if (state.behind() > 0) {",
                        "if (false) {"),
                new PlantedBug(
                        "a message is sent on all topics",
                        "broker-bridge",
                        "bridge.MqttChannels",
                        "return template.isTopicOf(device, topic);",
                        "return true;"));
    }

    private static List<PlantedBug> inFeedsAndBridge() {
        return List.of(
                new PlantedBug(
                        "a full page lacks its last change",
                        "feed-api",
                        "feed.FeedReader",
                        "return new Page(changes,",
                        "return new Page(changes.size() == limit ? changes.subList(0, limit - 1) : changes,"),
                new PlantedBug(
                        "a page that ends at the limit says that it is the last",
                        "feed-api",
                        "feed.FeedReader",
                        "feed.cursor(head.furthest(next))",
                        "feed.cursor(changes.size() == limit ? next : head.furthest(next))"),
                new PlantedBug(
                        "the epoch is ignored after a restore",
                        "feed-api",
                        "feed.FeedReader",
                        "if (cursor.isPresent() && !cursor.get().epoch().equals(feed.epoch())) {",
                        "if (false) {"),
                new PlantedBug(
                        "an end that was lost and grew again is not noticed",
                        "feed-api",
                        "feed.FeedReader",
                        "return Chain.next(from.chain(), first.event().checksum()) == first.chain()",
                        "return true"),
                new PlantedBug(
                        "the reminder is forgotten",
                        "broker-bridge",
                        "bridge.ChannelState",
                        "+ reminders.delayNanos(remindersSent, random);",
                        "+ (1L << 60);"),
                new PlantedBug(
                        "the window forgets the last signal",
                        "broker-bridge",
                        "bridge.ChannelState",
                        "signalledRevision = signalledRevision == null ? sent : Revision.max(signalledRevision, sent);",
                        "signalledRevision = feed.head();"),
                new PlantedBug(
                        "a stream resumes one change too far",
                        "broker-bridge",
                        "bridge.ChannelState",
                        "&& cursor.get().revision().equals(feed.head());",
                        "&& !cursor.get().revision().next().isBefore(feed.head());"));
    }

    private static List<PlantedBug> inTheDevice() {
        return List.of(
                new PlantedBug(
                        "a page is acknowledged before it is saved",
                        "device-sim",
                        "device.Device",
                        "boolean isUpToDate = reading.fetched(",
                        "if (input.result() instanceof FetchResult.Page page && !page.changes().isEmpty()) {"
                                + " effects.add(new Effect.Ack(page.cursor())); }"
                                + " boolean isUpToDate = reading.fetched("),
                new PlantedBug(
                        "the cursor moves past a change that is not applied",
                        "device-sim",
                        "device.DeviceState",
                        "List<Step> steps = new ArrayList<>(changes.size()); for (FeedChange change : changes) {",
                        "List<Step> steps = new ArrayList<>(changes.size()); for (FeedChange change : changes) {"
                                + " if (change == changes.get(changes.size() - 1) && changes.size() > 2) {"
                                + " setCursor(change.cursor()); break; }"),
                new PlantedBug(
                        "a replayed change is applied twice",
                        "device-sim",
                        "device.DeviceState",
                        "if (known != null && known >= version) {",
                        "if (known != null && known > version) {"),
                new PlantedBug(
                        "another back end's event is dropped",
                        "device-sim",
                        "device.DeviceState",
                        "boolean isNews = apply(change.orderId(), change.version());",
                        "if (change.orderId() == null) { setCursor(change.cursor()); continue; }"
                                + " boolean isNews = apply(change.orderId(), change.version());"),
                new PlantedBug(
                        "a save that failed after it took effect is done again",
                        "device-sim",
                        "device.FeedReading",
                        "state = stored;",
                        ""),
                new PlantedBug(
                        "the end of a connection is not noticed",
                        "device-sim",
                        "device.net.DeviceAgent",
                        "handle(new Input.Disconnected(timers.nowMillis()));",
                        ""));
    }
}

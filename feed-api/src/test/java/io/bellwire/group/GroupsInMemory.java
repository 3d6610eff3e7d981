package io.bellwire.group;

import io.bellwire.audit.AuditEntry;
import io.bellwire.command.IdempotencyKey;
import io.bellwire.feed.AppendEvents;
import io.bellwire.feed.ForeignEvent;
import io.bellwire.log.EventLog;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.registry.Registry;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A log with groups and fan-out over any store, without an HTTP server. Thread-safe. */
final class GroupsInMemory implements AutoCloseable {
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final DataStore store;
    final EventLog log;
    final Groups groups;
    final FanOuts fanOuts;
    final Registry registry;

    GroupsInMemory(DataStore store, GroupLimits limits) {
        this(store, limits, Clock.systemUTC(), LogLimits.DEFAULT);
    }

    GroupsInMemory(DataStore store, GroupLimits limits, Clock clock, LogLimits logLimits) {
        this.store = store;
        log = new EventLog(store, logLimits, clock, meters);
        groups = new Groups(log, store.deviceGroups(), limits);
        registry = new Registry(log, store.accounts(), new SecureRandom(), 100);
        fanOuts = new FanOuts(log, store.deviceGroups(), limits, clock, meters);
    }

    static FeedId group(String id) {
        return FeedId.ofGroup("stores", id);
    }

    static List<FeedId> devices(String name, int count) {
        List<FeedId> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            devices.add(new FeedId("devices/" + name + "-" + i));
        }
        return devices;
    }

    /** Creates the group with these members. */
    void make(FeedId group, List<FeedId> members) {
        groups.findOrCreate(group, AuditEntry.NONE).toCompletableFuture().join();
        members.forEach(member -> change(group, member, true));
    }

    Groups.Changed change(FeedId group, FeedId device, boolean isAdded) {
        return groups.change(group, log.getOrCreateFeed(device), isAdded, AuditEntry.NONE)
                .toCompletableFuture()
                .join();
    }

    /** Publishes an event to groups and devices, and waits until it is durable. */
    void publish(String id, List<FeedId> to) {
        List<Feed> feeds = new ArrayList<>();
        List<TargetGroup> targetGroups = new ArrayList<>();
        for (FeedId target : to) {
            if (target.isGroup()) {
                targetGroups.add(
                        groups.target(target).toCompletableFuture().join().orElseThrow());
            } else {
                feeds.add(log.getOrCreateFeed(target));
            }
        }
        append(id, new Recipients(feeds, targetGroups)).join();
    }

    CompletableFuture<?> append(String id, Recipients to) {
        byte[] json = ("{\"type\":\"shop.news\",\"originid\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8);
        return log.submit(new AppendEvents<>(
                List.of(ForeignEvent.of(IdempotencyKey.of("event", "test", id), to, false, json)), List.of()));
    }

    boolean isIdle() {
        return store.deviceGroups().fanOuts(EventNumber.NONE, 1).isEmpty();
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    double count(String name) {
        return meters.get(name).counter().count();
    }

    @Override
    public void close() {
        fanOuts.close();
        log.close();
    }
}

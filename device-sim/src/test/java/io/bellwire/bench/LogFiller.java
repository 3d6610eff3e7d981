package io.bellwire.bench;

import io.bellwire.log.Durability;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.GroupMembers;
import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.LogStore;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.StoredResponse;
import io.bellwire.log.WriteBatch;
import io.bellwire.registry.DeviceId;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;

/** Writes large logs quickly: straight into the files, in large batches, with no server. */
final class LogFiller implements AutoCloseable {
    private static final int BATCH = 1_000;
    private static final long INDEX_BYTES = 16 << 20;
    private static final byte[] NO_FINGERPRINT = {};

    private final LogStore store;
    private final LongSupplier millis;
    private final Random random = new Random(1);
    private final List<FeedId> names = new ArrayList<>();
    private final RenderedEvent event;
    private long written;

    /**
     * @param folder the log's, made if it is not there
     * @param feeds so many devices' feeds are filled in turn, those of {@link Fixture#devices}
     * @param dataBytes of each event's data
     * @param millis the clock that the log goes by
     */
    LogFiller(Path folder, int feeds, int dataBytes, LongSupplier millis) throws Exception {
        this.millis = millis;
        Files.createDirectories(folder);
        store = SegmentStore.open(
                new DiskFolder(folder),
                SegmentOptions.of(Durability.PROCESS, INDEX_BYTES, false),
                random,
                () -> millis.getAsLong() * 1_000_000,
                millis.getAsLong());
        for (int i = 0; i < feeds; i++) {
            names.add(FeedId.ofDevice(new DeviceId("d-" + i)));
        }
        String head = "\"type\":\"bench.filled\",\"time\":\"2026-01-01T00:00:00.000Z\",\"data\":";
        byte[] tail = (head + "{\"note\":\"" + "x".repeat(Math.max(0, dataBytes - 11)) + "\"}}")
                .getBytes(StandardCharsets.US_ASCII);
        event = new RenderedEvent(tail, head.length());
    }

    /** Appends {@code changes} events, each to one feed. */
    void events(long changes) {
        for (long done = 0; done < changes; done += BATCH) {
            int count = (int) Math.min(BATCH, changes - done);
            store.commit(needs(Set.of(), Set.of()), loaded -> {
                WriteBatch group = new WriteBatch(loaded, Instant.ofEpochMilli(millis.getAsLong()));
                for (int i = 0; i < count; i++) {
                    Event unused = group.append(
                            event, null, List.of(group.feed(names.get((int) ((written + i) % names.size())))));
                }
                return group;
            });
            written += count;
        }
    }

    /** Appends orders, each to its device's feed and that of all orders, with an idempotency key: two changes each. */
    void orders(long orders) {
        for (long done = 0; done < orders; done += BATCH) {
            int count = (int) Math.min(BATCH, orders - done);
            List<UUID> ids = new ArrayList<>();
            Set<IdempotencyKey> keys = new HashSet<>();
            for (int i = 0; i < count; i++) {
                ids.add(new UUID((written + i) << 16, random.nextLong()));
                keys.add(IdempotencyKey.of("bench", Long.toString(written + i)));
            }
            store.commit(needs(new HashSet<>(ids), keys), loaded -> {
                WriteBatch group = new WriteBatch(loaded, Instant.ofEpochMilli(millis.getAsLong()));
                List<IdempotencyKey> inOrder = List.copyOf(keys);
                for (int i = 0; i < count; i++) {
                    UUID id = ids.get(i);
                    Feed device = group.feed(names.get((int) ((written + i) % names.size())));
                    Event latest = group.append(event, id, List.of(device, group.feed(FeedId.ORDERS)));
                    group.putOrder(id, device, latest);
                    group.remember(new StoredResponse(
                            inOrder.get(i),
                            NO_FINGERPRINT,
                            id,
                            latest.seq(),
                            group.now().toEpochMilli()));
                }
                return group;
            });
            written += count;
        }
    }

    /** How many bytes an event has in the log beside what the log needs itself. */
    int eventBytes() {
        return event.bytes();
    }

    /** Has the log forget what is older than {@code kept}. */
    void expire(Duration kept) {
        long unused = store.expire(millis.getAsLong(), kept, kept, (feed, earliest) -> {});
    }

    private LogStore.Needs needs(Set<UUID> orders, Set<IdempotencyKey> keys) {
        Set<FeedId> asked = new HashSet<>();
        for (int i = 0; i < Math.min(BATCH, names.size()); i++) {
            asked.add(names.get((int) ((written + i) % names.size())));
        }
        asked.add(FeedId.ORDERS);
        return new LogStore.Needs(Set.of(), asked, orders, keys, Set.of(), GroupMembers.Needs.NONE);
    }

    @Override
    public void close() {
        store.close();
    }
}

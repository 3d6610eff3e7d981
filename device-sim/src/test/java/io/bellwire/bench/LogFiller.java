package io.bellwire.bench;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Durability;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogStore;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.WriteBatch;
import io.bellwire.order.LatestEvent;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
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

/** Writes large logs quickly: directly into the files, in large batches, without a server. */
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
     * @param folder the log's folder; created if it does not exist
     * @param feeds how many devices' feeds are filled in turn; the devices of {@link BenchData#devices}
     * @param dataBytes size of each event's data
     * @param millis the log's clock
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
        byte[] json = (head + "{\"note\":\"" + "x".repeat(Math.max(0, dataBytes - 11)) + "\"}}")
                .getBytes(StandardCharsets.US_ASCII);
        event = new RenderedEvent(new EventJson(json, head.length()));
    }

    /** Appends {@code changes} events, each to one feed. */
    void events(long changes) {
        for (long done = 0; done < changes; done += BATCH) {
            int count = (int) Math.min(BATCH, changes - done);
            store.commit(needs(Set.of(), Set.of()), loaded -> {
                WriteBatch batch = new WriteBatch(loaded, Instant.ofEpochMilli(millis.getAsLong()));
                for (int i = 0; i < count; i++) {
                    Event unused = batch.append(
                            event, null, List.of(batch.feed(names.get((int) ((written + i) % names.size())))));
                }
                return batch;
            });
            written += count;
        }
    }

    /**
     * Appends orders with idempotency keys, each to its device's feed and to the feed of all orders: two changes each.
     */
    void orders(long orders) {
        for (long done = 0; done < orders; done += BATCH) {
            int count = (int) Math.min(BATCH, orders - done);
            List<OrderId> ids = new ArrayList<>();
            Set<IdempotencyKey> keys = new HashSet<>();
            for (int i = 0; i < count; i++) {
                ids.add(new OrderId(new UUID((written + i) << 16 | 0x7000, 1L << 63 | random.nextLong() >>> 2)));
                keys.add(IdempotencyKey.of("bench", Long.toString(written + i)));
            }
            store.commit(needs(new HashSet<>(ids), keys), loaded -> {
                WriteBatch batch = new WriteBatch(loaded, Instant.ofEpochMilli(millis.getAsLong()));
                List<IdempotencyKey> inOrder = List.copyOf(keys);
                for (int i = 0; i < count; i++) {
                    OrderId id = ids.get(i);
                    Feed device = batch.feed(names.get((int) ((written + i) % names.size())));
                    Event latest = batch.append(event, id.value(), List.of(device, batch.feed(FeedId.ORDERS)));
                    batch.put(OrderStore.LATEST, id, new LatestEvent(device.feedNumber(), latest));
                    batch.put(
                            StoredResponse.TYPE,
                            inOrder.get(i),
                            new StoredResponse(
                                    inOrder.get(i),
                                    NO_FINGERPRINT,
                                    id.value(),
                                    latest.eventNumber(),
                                    batch.now().toEpochMilli()));
                }
                return batch;
            });
            written += count;
        }
    }

    /** The bytes of an event in the log, without the log's own overhead. */
    int eventBytes() {
        return event.bytes();
    }

    /** Drops all changes older than {@code kept}. */
    void expire(Duration kept) {
        long unused = store.expire(millis.getAsLong(), kept, kept, (feed, earliest) -> {});
    }

    private BatchNeeds needs(Set<OrderId> orders, Set<IdempotencyKey> keys) {
        BatchNeeds needs = new BatchNeeds().name(FeedId.ORDERS);
        for (int i = 0; i < Math.min(BATCH, names.size()); i++) {
            needs.name(names.get((int) ((written + i) % names.size())));
        }
        return needs.keys(OrderStore.LATEST, orders).keys(StoredResponse.TYPE, keys);
    }

    @Override
    public void close() {
        store.close();
    }
}

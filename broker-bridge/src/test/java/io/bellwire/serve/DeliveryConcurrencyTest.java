package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bellwire.delivery.AttemptLimits;
import io.bellwire.delivery.CallResult;
import io.bellwire.delivery.CallSender;
import io.bellwire.delivery.Deliveries;
import io.bellwire.delivery.DeliveryOptions;
import io.bellwire.delivery.DeliveryPorts;
import io.bellwire.delivery.EndpointLog;
import io.bellwire.delivery.EndpointNews;
import io.bellwire.delivery.FeedSlice;
import io.bellwire.delivery.LoggedEndpointFeed;
import io.bellwire.delivery.PreparedCall;
import io.bellwire.delivery.RecentAttempts;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Revision;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import io.bellwire.segment.SegmentStore;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointKeys;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.WebhookEndpoint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deliveries with a real log and real threads: commits, answers and settings arrive on many threads at once. */
class DeliveryConcurrencyTest {
    private static final int PARTNERS = 20;
    private static final int CHANGES = 200;

    private final ThreadScheduler scheduler = new ThreadScheduler("deliveries", System::nanoTime);
    private final ExecutorService receivers = Executors.newFixedThreadPool(4);
    private final EventLog log = new EventLog(
            SegmentStore.inMemory(new Random(1)), LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
    private final LoggedEndpointFeed feeds = new LoggedEndpointFeed(log);
    private final Map<EndpointId, List<Long>> received = new ConcurrentHashMap<>();
    private final Map<EndpointId, EndpointPosition> saved = new ConcurrentHashMap<>();
    private final Deliveries deliveries = new Deliveries(
            DeliveryOptions.DEFAULT,
            new DeliveryPorts(feeds, new PoolSender(), new MapLog(), new RecentAttempts(AttemptLimits.DEFAULT)),
            scheduler,
            () -> 0,
            new SplittableRandom(1),
            new SimpleMeterRegistry());

    private final class PoolSender implements CallSender {
        @Override
        public void send(PreparedCall call, Consumer<CallResult> done) {
            receivers.execute(() -> {
                long revision = Long.parseLong(
                        call.webhookId().substring(call.webhookId().indexOf('-') + 1));
                received.computeIfAbsent(call.endpoint(), id -> new ArrayList<>())
                        .add(revision);
                done.accept(new CallResult.Answered(200, Optional.empty(), new byte[0], Duration.ZERO));
            });
        }
    }

    private final class MapLog implements EndpointLog {
        @Override
        public CompletionStage<?> savePositions(Map<EndpointId, EndpointPosition> positions) {
            saved.putAll(positions);
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<?> disable(EndpointId endpoint, DisabledReason reason) {
            throw new IllegalStateException("nothing fails here");
        }

        @Override
        public CompletionStage<?> confirm(EndpointId endpoint, EndpointUrls.Pending pending) {
            throw new IllegalStateException("no URL is new");
        }

        @Override
        public CompletionStage<?> giveUp(EndpointId endpoint, EndpointUrls.Pending pending) {
            throw new IllegalStateException("no URL is new");
        }

        @Override
        public CompletionStage<?> append(EndpointId endpoint, EndpointNews news) {
            throw new IllegalStateException("nothing fails here");
        }

        @Override
        public CompletionStage<?> saveReplay(EndpointId endpoint, EndpointReplay replay, Optional<EndpointNews> news) {
            throw new IllegalStateException("nothing is replayed here");
        }

        @Override
        public long steadyMillis() {
            return 0;
        }
    }

    private record AppendOne(Feed feed) implements Write<Revision> {
        @Override
        public void declareNeeds(BatchNeeds needs) {
            needs.feed(feed);
        }

        @Override
        public int bytes() {
            return 100;
        }

        @Override
        public Revision decide(WriteBatch batch) {
            batch.append(RenderedEvent.of("com.example.x", "s", "{}"), null, List.of(feed));
            return batch.head(feed);
        }
    }

    @AfterEach
    void close() throws InterruptedException {
        deliveries.close();
        scheduler.close();
        receivers.shutdown();
        receivers.awaitTermination(10, TimeUnit.SECONDS);
        log.close();
    }

    private static WebhookEndpoint endpoint(int partner) {
        EndpointSettings settings = new EndpointSettings(
                List.of("*"),
                CallPayload.FULL,
                EndpointSettings.DEFAULT.ordering(),
                new CallLimits(1, 10_000, 1, 1_000, Duration.ofSeconds(15)),
                EndpointSettings.DEFAULT.signatures(),
                EndpointSettings.DEFAULT.headers(),
                List.of(),
                true);
        String url = "https://p" + partner + ".example/";
        return new WebhookEndpoint(
                new EndpointId(FeedId.ofPartner("p" + partner), "main"),
                settings,
                new EndpointUrls(Optional.of(url), Optional.empty(), Optional.empty()),
                new EndpointKeys("salt", Optional.empty()),
                Optional.empty(),
                0,
                0);
    }

    private EndpointPosition start(EndpointId id) {
        return new EndpointPosition(log.getOrCreateFeed(id.feed()).epoch(), Revision.NONE);
    }

    @Test
    void everyEndpointGetsAllChangesOnceAndInOrder() throws InterruptedException {
        log.listen(deliveries);
        deliveries.start();
        List<EndpointId> ids = new ArrayList<>();
        for (int i = 0; i < PARTNERS; i++) {
            WebhookEndpoint endpoint = endpoint(i);
            ids.add(endpoint.id());
            deliveries.put(endpoint, Optional.of(start(endpoint.id())));
        }
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            Thread writer = new Thread(() -> {
                for (int i = 0; i < CHANGES / 4; i++) {
                    for (EndpointId id : ids) {
                        log.submit(new AppendOne(log.getOrCreateFeed(id.feed())))
                                .join();
                    }
                }
            });
            writer.start();
            writers.add(writer);
        }
        for (Thread writer : writers) {
            writer.join();
        }

        List<Long> all = LongStream.rangeClosed(1, CHANGES).boxed().toList();
        Map<EndpointId, Long> heads = new HashMap<>();
        ids.forEach(id -> heads.put(id, (long) CHANGES));
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Map<EndpointId, Long> positions = new HashMap<>();
            saved.forEach(
                    (id, position) -> positions.put(id, position.revision().value()));
            assertEquals(heads, positions);
        });
        ids.forEach(id -> assertEquals(all, received.get(id)));
    }

    @Test
    void feedIsReadFromMemoryAndFromTheStoreAlike() {
        FeedId acme = FeedId.ofPartner("acme");
        assertNull(feeds.recent(acme, Revision.NONE, 10, 1_000));
        FeedSlice empty =
                feeds.load(acme, Revision.NONE, 10, 1_000).toCompletableFuture().join();
        assertEquals(0, empty.head().revision().value());
        Feed feed = log.getOrCreateFeed(acme);
        for (int i = 0; i < 3; i++) {
            log.submit(new AppendOne(feed)).join();
        }

        FeedSlice recent = feeds.recent(acme, new Revision(1), 10, 1_000_000);
        FeedSlice loaded = feeds.load(acme, new Revision(1), 10, 1_000_000)
                .toCompletableFuture()
                .join();

        assertNotNull(recent);
        assertEquals(2, recent.changes().size());
        assertEquals(
                recent.changes().stream().map(change -> change.position()).toList(),
                loaded.changes().stream().map(change -> change.position()).toList());
        assertEquals(recent.head(), loaded.head());
        assertEquals(3, recent.head().revision().value());
        assertEquals(0, feeds.recent(acme, new Revision(3), 10, 1_000).changes().size());
    }
}

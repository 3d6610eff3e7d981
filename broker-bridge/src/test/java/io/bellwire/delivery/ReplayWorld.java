package io.bellwire.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Change;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.ReplayRange;
import io.bellwire.webhook.ReplayState;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One world; see {@link ReplayWorldTest}. */
final class ReplayWorld extends DeliveryFixture {
    private static final int STEPS = 150;
    private static final String OTHER = "com.example.other";

    private final int seed;
    private final Random random;
    private final WebhookEndpoint endpoint;
    private final TypeFilter filter;
    private final Set<Long> received = new HashSet<>();
    private final Map<UUID, Long> newestOfOrder = new HashMap<>();
    private long newest;
    private boolean isDown;
    private boolean isHealed;

    private @Nullable CompletableFuture<EndpointReplay> starting;
    private @Nullable Expected expected;
    int done;

    /** A replay whose start was durable, and what it has brought. */
    private final class Expected {
        private final long from;
        private final long to;
        private final Set<Long> replayed = new HashSet<>();
        private long newestReplayed;

        Expected(EndpointReplay replay) {
            this.from = replay.at().value();
            this.to = replay.to().value();
        }

        void receive(long revision) {
            assertTrue(revision > from && revision <= to, () -> what("replay of " + from + " to " + to, revision));
            if (replayed.add(revision)) {
                assertTrue(revision > newestReplayed, () -> what("replay out of order", revision));
                newestReplayed = revision;
            }
        }

        void checkComplete() {
            for (long revision = from + 1; revision <= to; revision++) {
                long missing = revision;
                assertTrue(
                        !filter.matches(change(revision)) || replayed.contains(revision),
                        () -> what("replay of " + from + " to " + to + " is over without", missing));
            }
        }
    }

    ReplayWorld(int seed) {
        this.seed = seed;
        this.random = new Random(seed);
        CallOrdering ordering = List.of(CallOrdering.values()).get(random.nextInt(3));
        boolean isInOrder = ordering == CallOrdering.FEED;
        CallLimits limits = new CallLimits(
                isInOrder ? 1 + random.nextInt(5) : 1,
                random.nextBoolean() ? 1_024 : 100_000,
                isInOrder ? 1 : 1 + random.nextInt(6),
                random.nextBoolean() ? 1_000 : 20,
                Duration.ofSeconds(15));
        EndpointSettings settings = settings(
                random.nextBoolean() ? CallPayload.FULL : CallPayload.EVENT,
                ordering,
                limits,
                random.nextBoolean() ? "*" : "io.bellwire.*");
        this.endpoint = endpoint(settings);
        this.filter = TypeFilter.of(settings.types());
    }

    private String what(String what, long revision) {
        return "seed " + seed + ": " + what + " " + revision + " " + endpoint.settings();
    }

    private Change change(long revision) {
        return feed.of(ACME).changes.get((int) revision - 1);
    }

    /** Runs the world, and returns how many replays were over with everything. */
    int run() {
        sender.answer = this::answer;
        sender.latency = call -> isHealed || random.nextInt(50) > 0
                ? Duration.ofMillis(1 + random.nextInt(200))
                : Duration.ofSeconds(random.nextInt(15));
        log.positions.put(MAIN, new EndpointPosition(feed.epoch, Revision.NONE));
        restart();
        for (int step = 0; step < STEPS; step++) {
            step();
            time.advanceMillis(random.nextInt(random.nextInt(40) == 0 ? 600_000 : 1_000));
            look();
        }
        heal();
        return done;
    }

    private CallResult answer(PreparedCall call) {
        int kind = isHealed ? 100 : random.nextInt(100);
        if (!isHealed && (isDown || kind < 15)) {
            return kind % 3 == 0 ? StubCallSender.answered(500) : failure();
        }
        if (!isHealed && kind < 18 && call.payload().equals("full")) {
            return StubCallSender.answered(413);
        }
        if (!isHealed && kind < 21) {
            return new CallResult.Busy(Duration.ofMillis(random.nextInt(500)));
        }
        receive(call);
        // the answer to what was received may be lost
        return kind < 26 ? failure() : StubCallSender.answered(204);
    }

    private static CallResult failure() {
        return new CallResult.Failed("timeout", "", Duration.ofSeconds(1));
    }

    private void receive(PreparedCall call) {
        String[] parts = call.webhookId().split("-", -1);
        long first = Long.parseLong(parts[1]);
        long last = Long.parseLong(parts[parts.length - 1]);
        adoptStarted();
        for (long revision = first; revision <= last; revision++) {
            if (filter.matches(change(revision))) {
                receive(revision, call.isReplay());
            }
        }
    }

    private void receive(long revision, boolean isReplay) {
        if (isReplay) {
            assertTrue(received.contains(revision), () -> what("replay came before live delivery with", revision));
            if (expected != null) {
                expected.receive(revision);
            }
        } else if (received.add(revision)) {
            UUID subject = change(revision).event().subject();
            boolean isLate =
                    switch (endpoint.settings().ordering()) {
                        case FEED -> revision < newest;
                        case ORDER -> revision < newestOfOrder.getOrDefault(subject, 0L);
                        case NONE -> false;
                    };
            assertTrue(!isLate, () -> what("live delivery is late with", revision));
            newest = Math.max(newest, revision);
            newestOfOrder.merge(subject, revision, Math::max);
        }
    }

    private void step() {
        int kind = random.nextInt(20);
        if (kind < 9) {
            commitSome();
        } else if (kind == 9) {
            restart(); // a kill: what is not in the log is forgotten
        } else if (kind == 10) {
            log.isFailing = !log.isFailing && random.nextBoolean();
        } else if (kind == 11) {
            feed.isFailing = !feed.isFailing && random.nextBoolean();
        } else if (kind == 12) {
            feed.recentMax = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(4);
        } else if (kind == 13) {
            isDown = !isDown && random.nextBoolean();
        } else if (kind == 14 && random.nextInt(4) == 0) {
            var unused = deliveries.recovery().stopReplay(MAIN);
        } else if (kind > 15) {
            startSome();
        }
    }

    private void commitSome() {
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 60 : 4); i >= 0; i--) {
            String data = "\"" + "x".repeat(random.nextInt(8) == 0 ? 1_500 : 10) + "\"";
            String type = random.nextInt(4) == 0 ? OTHER : StubEndpointFeed.CREATED;
            commit(ACME, type, new UUID(0, random.nextInt(5)), data);
        }
    }

    private void startSome() {
        long position = Math.max(0, savedRevision());
        if (starting == null) {
            starting = deliveries
                    .recovery()
                    .startReplay(
                            MAIN,
                            new ReplayRange(
                                    new Revision(random.nextInt((int) position + 1)),
                                    Optional.empty(),
                                    random.nextBoolean() ? OptionalInt.of(20) : OptionalInt.empty()))
                    .toCompletableFuture();
        }
    }

    private void adoptStarted() {
        CompletableFuture<EndpointReplay> begun = starting;
        if (begun != null && begun.isDone()) {
            starting = null;
            if (!begun.isCompletedExceptionally()) {
                expected = new Expected(begun.join());
            }
        }
    }

    private void look() {
        adoptStarted();
        Optional<ReplayState> state = deliveries.recovery().replay(MAIN).map(EndpointReplay::state);
        if (state.equals(Optional.of(ReplayState.STOPPED))) {
            expected = null;
        }
        boolean isDone = state.equals(Optional.of(ReplayState.DONE));
        if (expected != null && (isDone || !log.replays.containsKey(MAIN))) {
            expected.checkComplete();
            expected = null;
            done++;
        }
    }

    private void restart() {
        look();
        starting = null; // whether it was started is for the log to say
        killAndRestart(endpoint);
        EndpointReplay saved = log.replays.get(MAIN);
        expected = saved == null ? null : new Expected(saved);
    }

    private void heal() {
        isHealed = true;
        log.isFailing = false;
        feed.isFailing = false;
        time.advance(Duration.ofMinutes(1));
        look();
        restart(); // the schedules of what has failed begin anew
        time.advance(Duration.ofMinutes(60));
        look();
        assertEquals(null, expected, () -> "seed " + seed + ": " + log.replays + " " + health());
        assertEquals(0, health().pending(), () -> what("pending", 0));
        assertEquals(EndpointState.HEALTHY, health().state());
        for (long revision = 1; revision <= feed.of(ACME).head(); revision++) {
            long missing = revision;
            assertTrue(
                    !filter.matches(change(revision)) || received.contains(revision), () -> what("without", missing));
        }
        assertEquals(0, meters.get("bellwire.webhook.calls.in.flight").gauge().value());
        assertEquals(0, meters.get("bellwire.webhook.replays").gauge().value());
        assertEquals(0, count("bellwire.webhook.faults"));
    }
}

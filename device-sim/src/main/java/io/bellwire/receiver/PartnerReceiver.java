package io.bellwire.receiver;

import io.bellwire.receiver.PartnerFeedClient.FeedPage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partner's receiver of webhooks: listens, verifies, applies each change once, keeps what it has applied, and
 * acknowledges. Thread-safe.
 */
public final class PartnerReceiver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartnerReceiver.class);

    private final Receiver receiver;
    private final ReceiverJournal journal;
    private final ReceiverObserver observer;
    private final ReceiverClocks clocks;
    private final @Nullable FeedCatchUp catchUp;
    private final @Nullable ReplayCatchUp replays;
    private final @Nullable ScheduledExecutorService ticks;
    private final ReceiverServer server;

    /**
     * Where a receiver listens. Immutable.
     *
     * @param address port 0 for a free one
     * @param tls null for plain HTTP
     */
    public record Listen(
            InetSocketAddress address, @Nullable ReceiverTls tls) {}

    /**
     * How a receiver reads its feed. Immutable.
     *
     * @param acknowledges whether it acknowledges what it has applied
     * @param interval how often it looks whether there is something to read or to acknowledge
     * @param safetyPoll how long to wait without a reason before the feed is read
     * @param replays brings what calls have not brought in place of the feed; null for none
     * @param replaySpacing from the end of a replay to the request for the next
     */
    public record Reading(
            PartnerFeedClient feed,
            boolean acknowledges,
            Duration interval,
            Duration safetyPoll,
            @Nullable ReplayClient replays,
            Duration replaySpacing) {
        /** Without replays. */
        public Reading(PartnerFeedClient feed, boolean acknowledges, Duration interval, Duration safetyPoll) {
            this(feed, acknowledges, interval, safetyPoll, null, Duration.ZERO);
        }
    }

    /**
     * Loads the journal and listens.
     *
     * @param reading null for a receiver of calls only; then the settings name no partner
     */
    public PartnerReceiver(
            ReceiverSettings settings,
            Listen listen,
            ReceiverJournal journal,
            @Nullable Reading reading,
            ReceiverObserver observer,
            RandomGenerator random,
            ReceiverClocks clocks)
            throws IOException {
        if (settings.readsFeed() != (reading != null)) {
            throw new IllegalArgumentException("a partner and its feed belong together");
        }
        this.journal = journal;
        this.observer = observer;
        this.clocks = clocks;
        this.receiver = new Receiver(settings, journal.load(), random);
        this.server = new ReceiverServer(listen.address(), listen.tls(), this::handle);
        if (reading == null) {
            this.catchUp = null;
            this.replays = null;
            this.ticks = null;
        } else {
            this.replays = reading.replays() == null
                    ? null
                    : new ReplayCatchUp(
                            reading.replays(), reading.replaySpacing(), observer::replayStarted, this::lies);
            FeedCatchUp reader = new FeedCatchUp(
                    reading.feed(),
                    replays,
                    new PageApplier(),
                    reading.acknowledges(),
                    reading.safetyPoll(),
                    clocks.steady());
            this.catchUp = reader;
            ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "receiver-feed");
                thread.setDaemon(true);
                return thread;
            });
            this.ticks = timer;
            var unused = timer.scheduleWithFixedDelay(
                    () -> catchUp(reader), 0, reading.interval().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Where calls may be sent. */
    public URI url() {
        return server.url();
    }

    /** What was counted until now. */
    public ReceiverTotals totals() {
        String acknowledged = catchUp == null ? "" : catchUp.acknowledged();
        long replayCount = replays == null ? 0 : replays.started();
        long incomplete = replays == null ? 0 : replays.incomplete();
        synchronized (receiver) {
            return receiver.totals(replayCount, incomplete, acknowledged);
        }
    }

    private long lies() {
        synchronized (receiver) {
            return receiver.totals(0, 0, "").calls(CallOutcome.LIED);
        }
    }

    /** Whether it knows that it lacks a change, as it has applied a later one of the same feed. */
    public boolean hasGap() {
        synchronized (receiver) {
            return receiver.hasGap();
        }
    }

    private ReceiverServer.Reply handle(ReceivedRequest request) {
        Receiver.Plan plan;
        synchronized (receiver) {
            plan = receiver.receive(
                    request, clocks.wall().instant(), clocks.steady().instant());
            AppliedWork work = plan.work();
            if (work != null) {
                plan.toPrint().forEach(observer::applied);
                try {
                    journal.append(work);
                } catch (IOException notKept) {
                    LOG.warn("what was applied could not be kept: {}", notKept.toString());
                    receiver.commitNothing();
                    return new ReceiverServer.Reply(ReceiverAnswer.refusal(500, "not kept"), Duration.ZERO, false);
                }
            }
            receiver.commit(plan);
        }
        if (plan.isFeedToBeRead() && catchUp != null) {
            catchUp.wake();
        }
        return new ReceiverServer.Reply(plan.answer(), plan.delay(), plan.isDropped());
    }

    private static void catchUp(FeedCatchUp reader) {
        try {
            reader.run();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException defect) {
            // else the executor would never run it again
            LOG.error("reading the feed failed", defect);
        }
    }

    /** Stops listening and reading at once, as a killed process would; the journal stays open. */
    @Override
    public void close() {
        server.close();
        if (ticks != null) {
            ticks.shutdownNow();
        }
    }

    private final class PageApplier implements FeedCatchUp.Applier {
        @Override
        public String position() {
            synchronized (receiver) {
                return receiver.position().map(Object::toString).orElse("");
            }
        }

        @Override
        public boolean hasGap() {
            synchronized (receiver) {
                return receiver.hasGap();
            }
        }

        @Override
        public void apply(FeedPage page) throws IOException {
            synchronized (receiver) {
                if (!page.reset().isEmpty()) {
                    observer.reset(page.reset());
                }
                List<CallEvent> news = receiver.newsOf(page.changes());
                AppliedWork work = new AppliedWork(
                        "", news.stream().map(CallEvent::toApplied).toList(), page.cursor());
                if (news.isEmpty() && page.cursor().equals(position())) {
                    return;
                }
                news.forEach(observer::applied);
                journal.append(work);
                receiver.commitPage(work);
            }
        }
    }
}

package io.bellwire.fleet;

import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.Timers;
import io.bellwire.receiver.PartnerFeedClient;
import io.bellwire.receiver.PartnerReceiver;
import io.bellwire.receiver.ReceiverClocks;
import io.bellwire.receiver.ReceiverFaults;
import io.bellwire.receiver.ReceiverReport;
import io.bellwire.receiver.ReplayClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some partners that receive webhooks, misbehave, are killed and lose what they applied last until {@link #heal}, and
 * prove that they have applied what the server has acknowledged. It does not register them, and does not create their
 * endpoints: who starts the fleet does so with {@link FleetPartner#url}, and gives each its keys with {@link
 * FleetPartner#setKeys}. Thread-safe.
 */
public final class PartnerFleet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartnerFleet.class);
    private static final long TICK_MILLIS = 100;
    private static final int AWAY_MILLIS_MAX = 2_000;
    /** Within this time each partner is killed once, so that a short run has kills too. */
    private static final int FIRST_KILL_MILLIS_MAX = 3_000;

    /** At each kill up to so many calls, or pages of the feed, are lost with the process, and half of them at most. */
    private static final int LOST_MAX = 40;

    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final Duration REPLAY_SPACING = Duration.ofSeconds(1);

    /** Chance of each partner to be killed in a tick: about once in ten seconds. */
    private static final double KILLED = 0.01;

    private final BoundedHttpClient http;
    private final URI server;
    private final Timers timers;
    private final ReceiverClocks clocks;
    private final Duration safetyPoll;
    private final SplittableRandom random;
    private final List<FleetPartner> partners = new ArrayList<>();
    private final LongAdder kills = new LongAdder();
    /** Those that are stopped, and those that were started again while there are faults. */
    private final Set<FleetPartner> spared = new HashSet<>();

    private final Set<FleetPartner> stopped = new HashSet<>();
    /** Counts the beginnings and ends of faults; what was planned in an earlier period does not happen. */
    private int period;

    /**
     * Makes a fleet without partners.
     *
     * @param http shared by all partners, to read their feeds
     * @param random of faults and kills
     * @param safetyPoll how long those that read wait without a reason until they look whether they lack something; one
     *     that lies learns so what it has not applied
     */
    public PartnerFleet(
            BoundedHttpClient http,
            URI server,
            Timers timers,
            SplittableRandom random,
            ReceiverClocks clocks,
            Duration safetyPoll) {
        this.http = http;
        this.server = server;
        this.timers = timers;
        this.random = random;
        this.clocks = clocks;
        this.safetyPoll = safetyPoll;
    }

    /** Adds and starts a partner; it refuses every call until it has keys. */
    public FleetPartner add(String id, String token) throws IOException {
        PartnerFeedClient feed = new PartnerFeedClient(http, server, id, token);
        return start(id, new PartnerReceiver.Reading(feed, true, INTERVAL, safetyPoll));
    }

    /**
     * Adds and starts a partner that has its endpoint called again with what it has not, or not any more; it reads its
     * feed only if that is impossible.
     */
    FleetPartner addWithReplays(String id, String token, boolean acknowledges) throws IOException {
        PartnerFeedClient feed = new PartnerFeedClient(http, server, id, token);
        // a replay has at most every second call of its endpoint
        ReplayClient replays =
                new ReplayClient(feed, PartnerClient.ENDPOINT, OptionalInt.of(EndpointKind.PER_SECOND / 2));
        return start(
                id, new PartnerReceiver.Reading(feed, acknowledges, INTERVAL, safetyPoll, replays, REPLAY_SPACING));
    }

    /** Adds and starts a partner that never reads its feed: it has only what calls bring, and acknowledges nothing. */
    public FleetPartner addWithoutFeed(String id) throws IOException {
        return start(id, null);
    }

    private synchronized FleetPartner start(String id, PartnerReceiver.@Nullable Reading reading) throws IOException {
        FleetPartner partner = new FleetPartner(id, reading, random.split(), clocks);
        partner.boot();
        partners.add(partner);
        return partner;
    }

    public synchronized List<FleetPartner> partners() {
        return List.copyOf(partners);
    }

    /** Lets each partner misbehave in its way, and kills partners at random, until {@link #heal}. */
    public synchronized void injectFaults() throws IOException {
        period++;
        int present = period;
        for (int i = 0; i < partners.size(); i++) {
            FleetPartner partner = partners.get(i);
            if (!spared.contains(partner)) {
                partner.setFaults(PartnerFaults.of(i, random));
                timers.after(random.nextInt(FIRST_KILL_MILLIS_MAX), () -> kill(partner, present));
            }
        }
        timers.after(TICK_MILLIS, () -> tick(present));
    }

    /** Ends all faults: each partner that was not stopped runs, and behaves. */
    public synchronized void heal() throws IOException {
        period++;
        spared.retainAll(stopped);
        for (FleetPartner partner : partners) {
            partner.setFaults(ReceiverFaults.NONE);
            if (!stopped.contains(partner)) {
                partner.boot();
            }
        }
    }

    /** Ends the partner's process, which loses nothing, until {@link #start}. */
    synchronized void stop(FleetPartner partner) {
        stopped.add(partner);
        spared.add(partner);
        partner.kill();
    }

    /**
     * Starts the partner's process again. It behaves at least until {@link #heal}: what it gets of what retention is
     * about to remove, nobody could give it again.
     */
    synchronized void start(FleetPartner partner) throws IOException {
        stopped.remove(partner);
        partner.boot();
    }

    synchronized boolean isStopped(FleetPartner partner) {
        return stopped.contains(partner);
    }

    private synchronized void tick(int planned) {
        if (planned != period) {
            return;
        }
        for (FleetPartner partner : partners) {
            if (random.nextDouble() < KILLED) {
                kill(partner, planned);
            }
        }
        timers.after(TICK_MILLIS, () -> tick(planned));
    }

    private synchronized void kill(FleetPartner partner, int planned) {
        if (planned != period || spared.contains(partner)) {
            return;
        }
        kills.increment();
        partner.killAndRestoreBackup(
                random.nextInt(Math.min(LOST_MAX, partner.journal().size() / 2) + 1));
        timers.after(1 + random.nextInt(AWAY_MILLIS_MAX), () -> boot(partner, planned));
    }

    private synchronized void boot(FleetPartner partner, int planned) {
        if (planned != period) {
            return;
        }
        try {
            partner.boot();
        } catch (IOException taken) {
            LOG.warn("partner {} is started again later: {}", partner.id(), taken.toString());
            timers.after(TICK_MILLIS, () -> boot(partner, planned));
        }
    }

    /**
     * Compares what all partners have applied with what was acknowledged.
     *
     * @param acknowledged the newest version of each of a partner's orders, by the partner's id
     */
    public ReceiverReport report(Function<String, Map<String, Long>> acknowledged) {
        long applied = 0;
        long lost = 0;
        long twice = 0;
        long foreign = 0;
        @Nullable String violation = null;
        for (FleetPartner partner : partners()) {
            ReceiverReport one = ReceiverReport.of(partner.journal(), acknowledged.apply(partner.id()));
            applied += one.applied();
            lost += one.lost();
            twice += one.twice();
            foreign += one.foreign();
            if (violation == null && one.firstViolation() != null) {
                violation = partner.id() + ": " + one.firstViolation();
            }
        }
        return new ReceiverReport(applied, lost, twice, foreign, violation);
    }

    /** How often a partner was killed. */
    public long kills() {
        return kills.sum();
    }

    /** Kills all partners for good. */
    @Override
    public synchronized void close() {
        period++;
        partners.forEach(FleetPartner::close);
    }
}

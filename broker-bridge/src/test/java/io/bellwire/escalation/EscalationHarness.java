package io.bellwire.escalation;

import io.bellwire.bridge.VirtualTime;
import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.degradation.EscalatedFeeds;
import io.bellwire.feed.LossDistances;
import io.bellwire.feed.LossDistances.LossDistance;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A loop under virtual time, over feeds that the test controls. Not thread-safe. */
final class EscalationHarness implements FeedConditions {
    final VirtualTime time = new VirtualTime();
    final StubEscalationLog log = new StubEscalationLog();
    final RecordedAlerts alerts = new RecordedAlerts();
    final Map<String, FeedCondition> feeds = new TreeMap<>();
    final Set<FeedId> suspended = new HashSet<>();
    EscalatedFeeds escalated = new EscalatedFeeds();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Escalations rules;
    EscalationLoop loop;
    boolean isReadable = true;
    int looks;

    EscalationHarness(EscalationRule... rules) {
        this.rules = new Escalations(List.of(rules));
        this.loop = loop();
    }

    private EscalationLoop loop() {
        EscalationLoop made = new EscalationLoop(
                new EscalationPorts(
                        this,
                        log,
                        feed -> List.of("ops@" + feed.partner().orElseThrow() + ".example"),
                        alerts,
                        escalated,
                        (feed, isSuspended) -> {
                            if (isSuspended) {
                                suspended.add(feed);
                            } else {
                                suspended.remove(feed);
                            }
                        }),
                time,
                meters);
        made.open(rules);
        made.start();
        return made;
    }

    /** Nothing of the server is left but what the log has. */
    void killAndRestart() {
        loop.close();
        escalated = new EscalatedFeeds();
        meters = new SimpleMeterRegistry();
        suspended.clear();
        loop = loop();
    }

    void use(EscalationRule... now) {
        rules = new Escalations(List.of(now));
        loop.use(rules);
    }

    void set(FeedCondition condition) {
        feeds.put(condition.feed().path(), condition);
    }

    void after(Duration duration) {
        time.advance(duration);
    }

    EscalatedFeed view(FeedId feed) {
        return escalated.all().stream()
                .filter(one -> one.feed().equals(feed))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public CompletionStage<Look> look(Request request) {
        looks++;
        if (!isReadable) {
            return CompletableFuture.failedFuture(new IllegalStateException("too many reads"));
        }
        List<FeedCondition> conditions = new ArrayList<>();
        for (FeedId feed : request.feeds()) {
            FeedCondition condition = feeds.get(feed.path());
            if (condition != null) {
                conditions.add(condition);
            }
        }
        List<FeedId> troubled = request.withPartners()
                ? feeds.values().stream()
                        .filter(feed -> feed.endpointProblem().isPresent())
                        .map(FeedCondition::feed)
                        .toList()
                : List.of();
        Optional<LossDistances.Page> sweep = request.sweepAfter()
                .map(after -> new LossDistances.Page(
                        feeds.values().stream().map(EscalationHarness::distance).toList(), Optional.empty()));
        return CompletableFuture.completedFuture(new Look(conditions, troubled, sweep));
    }

    private static LossDistance distance(FeedCondition feed) {
        return new LossDistance(
                feed.feed(), new Revision(feed.head()), new Revision(feed.processed()), feed.lossMillis());
    }
}

package io.bellwire.escalation;

import io.bellwire.feed.LossDistances;
import io.bellwire.feed.LossDistances.LossDistance;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.webhook.EndpointHealth;
import io.bellwire.webhook.WebhookEndpoint;
import io.bellwire.webhook.Webhooks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Looks at feeds and endpoints on a reading thread of the log. Thread-safe. */
final class LoggedFeedConditions implements FeedConditions {
    /** Accounts in one part of all. */
    static final int PAGE = 500;

    private final EventLog log;
    private final LossDistances distances;
    private final Webhooks webhooks;

    LoggedFeedConditions(EventLog log, LossDistances distances, Webhooks webhooks) {
        this.log = log;
        this.distances = distances;
        this.webhooks = webhooks;
    }

    @Override
    public CompletionStage<Look> look(Request request) {
        return log.onReader(() -> {
            List<FeedCondition> conditions = new ArrayList<>();
            for (LossDistance distance : distances.of(request.feeds())) {
                conditions.add(condition(distance));
            }
            return new Look(
                    conditions,
                    request.withPartners() ? troubled() : List.of(),
                    request.sweepAfter().map(after -> distances.page(after, PAGE)));
        });
    }

    private FeedCondition condition(LossDistance distance) {
        Optional<String> problem = Optional.empty();
        Optional<String> silent = Optional.empty();
        List<WebhookEndpoint> endpoints =
                distance.feed().partner().isPresent() ? webhooks.of(distance.feed()) : List.of();
        for (WebhookEndpoint endpoint : endpoints) {
            Optional<EndpointHealth> health = webhooks.health(endpoint.id());
            problem = problem.or(() -> EndpointTrouble.of(endpoint, health));
            if (silent.isEmpty() && EndpointTrouble.isSilent(endpoint, health)) {
                silent = Optional.of("endpoint " + endpoint.id().name() + " receives nothing");
            }
        }
        return new FeedCondition(
                distance.feed(),
                distance.head().value(),
                distance.processed().value(),
                problem,
                silent,
                distance.leftMillis());
    }

    private List<FeedId> troubled() {
        Set<FeedId> troubled = new LinkedHashSet<>();
        for (WebhookEndpoint endpoint : webhooks.all()) {
            if (EndpointTrouble.of(endpoint, webhooks.health(endpoint.id())).isPresent()) {
                troubled.add(endpoint.id().feed());
            }
        }
        return List.copyOf(troubled);
    }
}

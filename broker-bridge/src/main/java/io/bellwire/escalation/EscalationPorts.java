package io.bellwire.escalation;

import io.bellwire.alert.Alerts;
import io.bellwire.degradation.EscalatedFeeds;
import io.bellwire.document.DocumentStore;
import io.bellwire.feed.LossDistances;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.webhook.Webhooks;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What escalations need from others.
 *
 * @param contacts the addresses of the contacts of a partner's endpoints
 * @param escalated what is withheld from which feed
 * @param suspend whether the endpoints of a partner are called; returns at once
 */
public record EscalationPorts(
        FeedConditions conditions,
        EscalationLog log,
        Function<FeedId, List<String>> contacts,
        Alerts alerts,
        EscalatedFeeds escalated,
        BiConsumer<FeedId, Boolean> suspend) {
    /** Escalations of the feeds of {@code events}. */
    public static EscalationPorts of(
            EventLog events,
            DocumentStore documents,
            LossDistances distances,
            Webhooks webhooks,
            Alerts alerts,
            EscalatedFeeds escalated,
            BiConsumer<FeedId, Boolean> suspend) {
        return new EscalationPorts(
                new LoggedFeedConditions(events, distances, webhooks),
                EscalationLog.of(events, documents),
                partner -> webhooks.of(partner).stream()
                        .flatMap(endpoint -> endpoint.settings().contacts().stream())
                        .distinct()
                        .toList(),
                alerts,
                escalated,
                suspend);
    }
}

package io.bellwire.webhook;

import java.util.List;
import java.util.Optional;

/**
 * What is to become of an endpoint, decided but not yet written. Immutable.
 *
 * @param after the endpoint as it will be; empty if it is removed
 * @param news what the partner's feed tells about it
 */
public record EndpointChange(Optional<WebhookEndpoint> after, List<EndpointEvent> news) {
    public EndpointChange {
        news = List.copyOf(news);
    }

    /** Whether it sets a URL, or makes a secret with which calls can be forged. */
    public boolean isDangerous() {
        return news.stream().anyMatch(event -> EndpointEditor.DANGEROUS.contains(event.kind()));
    }

    static EndpointChange to(WebhookEndpoint after, EndpointEvent... news) {
        return new EndpointChange(Optional.of(after), List.of(news));
    }
}

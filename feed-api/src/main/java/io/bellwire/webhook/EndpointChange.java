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

    /** Whether a URL is to be called that was not before, once it is confirmed. */
    public boolean setsUrl() {
        return news.stream().anyMatch(event -> event.kind().equals(EndpointEditor.URL_PENDING));
    }

    static EndpointChange to(WebhookEndpoint after, EndpointEvent... news) {
        return new EndpointChange(Optional.of(after), List.of(news));
    }
}

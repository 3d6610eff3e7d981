package io.bellwire.webhook;

import java.util.List;
import java.util.Optional;

/**
 * What has become of an endpoint, now that it is durable. Immutable.
 *
 * @param before the endpoint before; empty if it is new
 * @param after the endpoint afterwards; empty if it is removed
 * @param news what the partner's feed tells about it; may be empty
 * @param by who has done it
 */
public record EndpointNotice(
        Optional<WebhookEndpoint> before, Optional<WebhookEndpoint> after, List<EndpointEvent> news, ChangedBy by) {
    public EndpointNotice {
        news = List.copyOf(news);
    }
}

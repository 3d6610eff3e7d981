package io.bellwire.webhook;

/**
 * Is notified of what becomes of endpoints, on the log's writer's thread, in the order of the commits. Implementations
 * return at once, never block and never throw.
 */
public interface EndpointListener {
    /** The endpoint is new or has changed; it is disabled if its partner's account is. */
    void changed(WebhookEndpoint endpoint);

    /** The endpoint is removed. */
    void removed(EndpointId id);
}

package io.bellwire.serve;

import io.bellwire.delivery.DeliveryOptions;
import io.bellwire.outbound.OutboundOptions;

/**
 * How partners' endpoints are called. Immutable.
 *
 * @param outbound where calls may go
 * @param delivery when they are made
 */
public record WebhookOptions(OutboundOptions outbound, DeliveryOptions delivery) {
    public static final WebhookOptions DEFAULT = new WebhookOptions(OutboundOptions.DEFAULT, DeliveryOptions.DEFAULT);
}

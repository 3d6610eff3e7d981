package io.bellwire.serve;

import io.bellwire.delivery.AttemptLimits;
import io.bellwire.delivery.DeliveryOptions;
import io.bellwire.outbound.OutboundOptions;

/**
 * How partners' endpoints are called. Immutable.
 *
 * @param outbound where calls may go
 * @param delivery when they are made
 * @param attempts how many of them are remembered
 */
public record WebhookOptions(OutboundOptions outbound, DeliveryOptions delivery, AttemptLimits attempts) {
    public static final WebhookOptions DEFAULT = new WebhookOptions(OutboundOptions.DEFAULT, DeliveryOptions.DEFAULT);

    /** Options with the default of what is remembered. */
    public WebhookOptions(OutboundOptions outbound, DeliveryOptions delivery) {
        this(outbound, delivery, AttemptLimits.DEFAULT);
    }

    /** The same, remembering so many attempts. */
    public WebhookOptions withAttempts(AttemptLimits newAttempts) {
        return new WebhookOptions(outbound, delivery, newAttempts);
    }
}

package io.bellwire.delivery;

/**
 * What deliveries need from others.
 *
 * @param feed the feeds of partners
 * @param sender makes calls
 * @param log keeps what has become of them
 * @param attempts shows what has become of them
 */
public record DeliveryPorts(EndpointFeed feed, CallSender sender, EndpointLog log, RecentAttempts attempts) {}

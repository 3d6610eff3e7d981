package io.bellwire.registry;

import io.bellwire.log.Feed;
import java.time.Instant;

/** A registered device. Immutable but for its feed. */
public record Device(DeviceId id, Feed feed, Secret secret, Instant createdAt, boolean disabled) {}

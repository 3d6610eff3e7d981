package io.bellwire.delivery;

import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;

/**
 * How far an endpoint is in its partner's feed: every change up to {@code revision} was received by the endpoint, is of
 * a type that it does not want, or was lost to retention. Immutable.
 *
 * @param epoch the epoch of the feed when this was saved
 */
public record EndpointPosition(Epoch epoch, Revision revision) {}

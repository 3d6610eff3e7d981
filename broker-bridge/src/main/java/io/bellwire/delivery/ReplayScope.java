package io.bellwire.delivery;

import io.bellwire.log.Revision;

/**
 * What makes an {@link EndpointDelivery} a replay. Immutable.
 *
 * @param live the delivery of the same endpoint, with which it shares the endpoint's rate
 * @param to where it ends
 */
record ReplayScope(EndpointDelivery live, Revision to) {}

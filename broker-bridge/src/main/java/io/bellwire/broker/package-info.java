/**
 * The embedded MQTT broker behind {@link io.bellwire.broker.SignalBroker}: it lets devices in, keeps everything away from
 * Moquette that a device has no business sending, and has Moquette publish signals. Apart from the assembly that has to
 * sit in Moquette's own package, this is the only place that knows which broker it is.
 *
 * <p>A signal's way: (1) {@link io.bellwire.broker.EmbeddedBroker} makes an {@code OutgoingSignal} of it; (2) {@code
 * MoquetteSessions} makes one {@code PublicationBatch} of all that go to one session loop; (3) in that loop's turn,
 * Moquette's post office finds the subscription in {@code ExactSubscriptions} and has the session write to the channel;
 * (4) on the event loop, the connection's {@code ConnectionGuard} lets it out, which is when it counts as written; (5) what the
 * batch has not got out by then was dropped.
 */
@NullMarked
package io.bellwire.broker;

import org.jspecify.annotations.NullMarked;

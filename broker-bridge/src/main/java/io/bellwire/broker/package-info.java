/**
 * The embedded MQTT broker behind {@link io.bellwire.broker.SignalBroker}. It lets devices in, passes no
 * packet to Moquette that a device may not send, and has Moquette publish signals. Only this package, and the assembly
 * that has to be in Moquette's own package, depend on which broker it is.
 *
 * <p>The path of a signal:
 * <ol>
 * <li>{@link io.bellwire.broker.EmbeddedBroker} makes an {@code OutgoingSignal} of it.
 * <li>{@code MoquetteSessions} puts all signals for one session loop into one {@code PublicationBatch}.
 * <li>In that loop's turn, Moquette's post office finds the subscription in {@code ExactSubscriptions} and has the
 * session write to the channel.
 * <li>On the event loop, the connection's {@code ConnectionGuard} sends it; from then on it counts as written.
 * <li>A signal of the batch that no guard has sent by then was dropped.
 * </ol>
 */
@NullMarked
package io.bellwire.broker;

import org.jspecify.annotations.NullMarked;

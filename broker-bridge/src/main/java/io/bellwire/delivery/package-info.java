/**
 * The delivery of changes to the endpoints of partners. This package decides which endpoint is called when, with what
 * and in which order, what is tried again and when that ends, and it knows how each endpoint is doing. It does not
 * decide what an endpoint is ({@code io.bellwire.webhook}), nor how a call is signed and sent, and where it may go:
 * that is behind {@link io.bellwire.delivery.CallSender}.
 *
 * <p>The path of a change to an endpoint, beginning with {@link io.bellwire.delivery.Deliveries}:
 *
 * <ol>
 *   <li>A commit marks the {@code PartnerFeed}, and puts each {@code TrackedEndpoint} of it into the queue.
 *   <li>In its turn the endpoint's {@code EndpointDelivery} is asked for the next {@code DeliveryStep}. It asks for a
 *       part of the feed first: {@link io.bellwire.delivery.EndpointFeed} has it from memory or from the store.
 *   <li>{@code ChangeScan} leaves out the types that are not wanted, and makes {@code PendingDelivery}s of the others;
 *       {@code DeliveryWindow} holds them until they are received, and knows the position. {@code SignalSteps} does
 *       so for endpoints that want signals.
 *   <li>{@code ChangeSteps} takes the delivery whose turn it is, as the ordering says, {@code CallGate} says whether
 *       the endpoint may be called now, and {@code CallBody} renders it.
 *   <li>{@code EndpointCalls} makes the call within the limits of all endpoints ({@code CallCapacity}).
 *   <li>Its {@link io.bellwire.delivery.CallResult} goes back to {@code EndpointDelivery}: received, tried again by
 *       {@code RetrySchedule}, paused by {@code CallCircuit}, or disabled; {@code DeliveryRecord} counts it.
 *   <li>{@code ReceiverWatch} looks at what the answer does not say: whether anything is processed ({@code
 *       ProcessedWatch}), and now and then whether signatures are checked ({@code SignatureProbe}).
 *   <li>{@code PositionSaver} saves the positions that have moved, many in one write, and {@code EndpointWrites} what
 *       else has become of endpoints.
 * </ol>
 *
 * <p>What is asked of an endpoint beside its delivery goes through {@link io.bellwire.delivery.DeliveryRecovery}: {@code
 * AskedCalls} makes tests and sends deliveries again, and {@code Replays} runs a second {@code EndpointDelivery} of the
 * same endpoint, with a {@code TrackedEndpoint} of its own and a {@code ReplayScope} that says where it ends. {@link
 * io.bellwire.delivery.RecentAttempts} remembers what became of all calls.
 *
 * <p>{@code UrlChallenge} asks a new URL whether it wants the calls. {@code EndpointDelivery}, {@code UrlChallenge} and
 * what they consist of are pure: they have neither threads nor clocks, and tests run them under virtual time.
 *
 * <p>Nothing is kept of what is to be delivered but positions: a kill repeats what was received within the last second,
 * and skips nothing.
 *
 * <p>To add an answer that means something: {@code EndpointDelivery.ended}, and PROTOCOL.md. To add an event about
 * endpoints: {@link io.bellwire.delivery.EndpointNews}, and whoever implements {@link
 * io.bellwire.delivery.EndpointLog}. To add a payload: {@code CallPayload}, {@code CallBody}, PROTOCOL.md.
 */
@NullMarked
package io.bellwire.delivery;

import org.jspecify.annotations.NullMarked;

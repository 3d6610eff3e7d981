/**
 * What an order is and what may happen to it. This package decides which requests are valid, which steps an order may
 * take, what its events look like, and when a change is refused. It does not decide who may see or change an order
 * ({@code io.bellwire.http}), and it neither reads nor writes the log: it makes {@link io.bellwire.log.Write}s that the
 * log runs, on the records of {@link io.bellwire.order.OrderStore}. It is pure: it has no threads, no clock but that of
 * {@link io.bellwire.order.OrderIds}, and no I/O.
 *
 * <p>A new order: {@link io.bellwire.order.OrderDraft} checks the request, {@link io.bellwire.order.OrderEvent} renders
 * the event, and {@link io.bellwire.order.CreateOrder} writes it.
 *
 * <p>The path of a change, beginning with {@link io.bellwire.order.PreparedOrderChange}:
 *
 * <ol>
 *   <li>The caller looks up the order: {@link io.bellwire.order.OrderTarget} holds its newest event.
 *   <li>{@code PreparedOrderChange} checks the {@link io.bellwire.order.Precondition} and the step, applies the
 *       {@link io.bellwire.order.OrderPatch}, and renders the event, all on the caller's thread.
 *   <li>{@link io.bellwire.order.ChangeOrder}, or {@link io.bellwire.order.BulkStatusChange} for many orders, checks on
 *       the writer's thread whether that event is still the order's newest, and whether somebody else has locked the
 *       order.
 *   <li>If there is a newer event, the result is {@link io.bellwire.command.CommandResult.Outdated} with that event,
 *       and the caller goes back to the second step.
 * </ol>
 *
 * <p>A lease on an order ({@link io.bellwire.order.OrderLock}, taken and given back by {@link
 * io.bellwire.order.LockOrder}) ends by the log's steady clock, so that a wall clock that is set neither ends nor
 * prolongs it.
 *
 * <p>To add an order status:
 *
 * <ol>
 *   <li>{@link io.bellwire.order.OrderStatus}: the constant, at its place in the order of life, and the rules there:
 *       {@code next}, {@code isPending}, {@code isDecidedBy}, {@code isSetByDevices}, {@code needsReason}. No other
 *       class of the server decides by a status or lists them: lists, search, counts and messages ask
 *       {@code OrderStatus}.
 *   <li>{@code openapi.json}: the schema {@code OrderStatus} (the sentence with the steps, {@code enum}) and the schema
 *       of the counts ({@code required}, example).
 *   <li>PROTOCOL.md (the picture of an order's life) and the README (the item "Orders").
 *   <li>{@code OrderLifeCycleTest}; {@code OrderChangeCases} of the simulator's conformance cases, if clients must know
 *       the status; {@code SoakWorkload.STATUSES}, if the soak is to use it.
 * </ol>
 *
 * <p>The logs and the databases of servers that run need no change: both hold a status as text.
 *
 * <p>To add a field that a request may change:
 *
 * <ol>
 *   <li>{@link io.bellwire.order.OrderFields}: how a value of it is checked.
 *   <li>{@code OrderDraft} and {@code OrderPatch}: the name in {@code FIELDS}, and the check.
 *   <li>{@link io.bellwire.order.Order}: the name in {@code FIELDS}, at its place in the JSON.
 *   <li>{@link io.bellwire.order.OrderFacts}: the name in {@code ATTRIBUTES}, if routes may ask for it.
 *   <li>{@code openapi.json} and PROTOCOL.md.
 * </ol>
 *
 * <p>To add a reason to refuse a change: {@link io.bellwire.order.Refusal.Kind}, the class that finds it ({@code
 * PreparedOrderChange} before the writer decides, {@code ChangeOrder} on its thread), {@code OrderProblems} (the
 * problem on the wire) and PROTOCOL.md.
 */
@NullMarked
package io.bellwire.order;

import org.jspecify.annotations.NullMarked;

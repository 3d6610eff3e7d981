/**
 * What an order is and what may happen to it. Pure: it decides, and leaves reading and writing to others. The way of a change:
 *
 * <ol>
 *   <li>{@link io.bellwire.order.OrderTarget} is the order as its newest event tells it;
 *   <li>{@link io.bellwire.order.OrderChange} checks the caller's {@link io.bellwire.order.Precondition} and the step, applies the
 *       {@link io.bellwire.order.OrderPatch}, and renders the event, all on the caller's side;
 *   <li>{@link io.bellwire.order.ChangeOrder}, or {@link io.bellwire.order.BulkStatusChange} for many, looks on the writer's thread whether
 *       that event is still the order's newest, and whether somebody has locked the order;
 *   <li>if there is a newer one, the result is {@link io.bellwire.log.CommandResult.Outdated} with it, and the caller begins again at the first step.
 * </ol>
 *
 * <p>To add a status: {@link io.bellwire.order.OrderStatus}, PROTOCOL.md and openapi.json. To add a field that may change: {@code FIELDS} of
 * {@link io.bellwire.order.OrderDraft}, {@link io.bellwire.order.OrderPatch} and {@link io.bellwire.order.Order}, and the same documents.
 */
@NullMarked
package io.bellwire.order;

import org.jspecify.annotations.NullMarked;

/**
 * Commands: writes that a caller may repeat. It decides whether a request was done before, and what its result is; it
 * does not decide what a command does, or who may send it.
 *
 * <p>The path of a command with an idempotency key:
 *
 * <ol>
 *   <li>The endpoint makes the {@link io.bellwire.command.IdempotencyKey} of the caller, the request and the key, wraps
 *       the write into an {@link io.bellwire.command.IdempotentCommand}, and submits that to the log.
 *   <li>On the writer's thread the command looks for the {@link io.bellwire.command.StoredResponse} of its key. If
 *       there is one, it decides nothing: the result is {@link io.bellwire.command.CommandResult.Repeated}, or {@link
 *       io.bellwire.command.CommandResult.Mismatch} if the key was used with another request.
 *   <li>Otherwise the write decides, and if it is {@link io.bellwire.command.CommandResult.Done}, the command puts its
 *       response into the same batch.
 * </ol>
 *
 * <p>{@link io.bellwire.command.RefuseWrite} is for a request that cannot be done now, but may have been done before.
 *
 * <p>To add a result: {@link io.bellwire.command.CommandResult} and its {@code fold}, which the compiler then asks of
 * every caller; {@code http.WriteEndpoint} makes responses of results.
 */
@NullMarked
package io.bellwire.command;

import org.jspecify.annotations.NullMarked;

/**
 * What is withheld from feeds that have a problem: new orders, calls and event streams. The package decides which order
 * is let in when only a share of them is, and what is shown of such feeds. It does not decide when something is withheld;
 * {@code io.bellwire.escalation} of the server does, and it does not answer requests; {@code io.bellwire.http} does.
 *
 * <p>The path of a new order, beginning with {@link io.bellwire.degradation.OrderGate#refusal}:
 *
 * <ol>
 *   <li>Whoever watches feeds hands the {@link io.bellwire.degradation.EscalatedFeed}s to {@link
 *       io.bellwire.degradation.EscalatedFeeds}, all at once.
 *   <li>{@code OrderGate} looks there for the feeds that the order would go to; if nothing is withheld from any feed,
 *       that is one read of a field.
 *   <li>It draws whether the order is let in, or returns the {@link io.bellwire.degradation.OrderRefusal}.
 * </ol>
 *
 * <p>To add something that is withheld: a member of {@code EscalatedFeed}, whoever asks for it, and PROTOCOL.md 17.5.
 */
@NullMarked
package io.bellwire.degradation;

import org.jspecify.annotations.NullMarked;

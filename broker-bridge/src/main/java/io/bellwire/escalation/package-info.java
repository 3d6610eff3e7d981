/**
 * What is done, step by step, while a feed has a problem, and how it is undone. A partner's feed has one while an
 * endpoint is paused, suspicious, or was disabled by the server, and the partner has not processed its feed by itself;
 * each feed of a partner or device has one while retention is about to take changes that are not processed. The package
 * decides what a problem is, when which step is taken, and when everything is undone. It does not decide how endpoints
 * are called ({@code delivery}), how messages are sent ({@code alert}), how the file is read ({@code route}), or which
 * order is let in ({@code degradation}).
 *
 * <p>The path of a problem, beginning with {@link io.bellwire.escalation.EscalationLoop}:
 *
 * <ol>
 *   <li>In a turn the loop has {@code FeedConditions} look, on a thread that may block: at all endpoints, of which
 *       {@code EndpointTrouble} says what is wrong; at a part of all accounts, of which {@code LossDistances} says when
 *       retention takes changes ({@code LossSweep}); and at the feeds that are followed.
 *   <li>A feed that may have a problem is followed from then on, as a {@code TrackedEscalation}.
 *   <li>{@code FeedEscalation} is shown each {@code FeedCondition}, and decides by its {@link
 *       io.bellwire.escalation.EscalationRule} on an {@code EscalationChange}.
 *   <li>{@code EscalationLog} writes the {@code EscalationState} with the events of {@code EscalationNews}, in one write.
 *   <li>Once that is durable, {@code Alerts} sends messages, and {@code EscalatedFeeds} says what is withheld; {@code
 *       DrainEstimate} says for how long. Endpoints of a disconnected partner are suspended.
 * </ol>
 *
 * <p>{@code FeedEscalation} is pure: it has neither threads nor clocks, and tests run it under virtual time. All times
 * are measured while a server runs, so neither a wall clock that jumps nor a server that stood still takes a step.
 *
 * <p>To add something that a step does: {@link io.bellwire.escalation.EscalationStep}, {@code EscalationSection} of
 * {@code route}, {@code EscalatedFeed} if it withholds something, and ROUTES.md. To add a kind of problem: {@code
 * EndpointTrouble} or {@code FeedCondition}, {@code FeedEscalation.problemOf}, and PROTOCOL.md 17.5.
 */
@NullMarked
package io.bellwire.escalation;

import org.jspecify.annotations.NullMarked;

/**
 * What all parts of the process need, whatever they work on: elapsed time, timers, digests, what a loop does with a failure,
 * and warnings that cannot fill the disk. The package decides how that is done, so that it is done once. It does not
 * decide what a thread does or when, and it uses no other package of Bellwire.
 *
 * <p>A loop that must outlive a bad item goes this way:
 *
 * <ol>
 *   <li>It waits for its work, or {@link io.bellwire.runtime.TimerThread} runs it again and again.
 *   <li>It measures what lasts for a time with a {@link io.bellwire.runtime.Stopwatch}, since a wall clock is set
 *       forwards and back.
 *   <li>It catches whatever an item throws, and passes it to {@link io.bellwire.runtime.OutOfMemory} first: a process
 *       without memory ends.
 *   <li>A loop of turns takes its time from a {@link io.bellwire.runtime.Scheduler}, sets one {@link
 *       io.bellwire.runtime.TurnAlarm} for what is due first, and a {@link io.bellwire.runtime.TurnHeartbeat} knows
 *       whether it turns.
 *   <li>It logs a fault that clients can cause with a {@link io.bellwire.runtime.RateLimitedLog}, and goes on.
 * </ol>
 *
 * <p>To add a class: it takes clocks and threads through its constructor, it is used by two packages or more, and its
 * name says what it does. What only one package uses stays there. What has a lifetime gets a line in LIFETIMES.md.
 */
@NullMarked
package io.bellwire.runtime;

import org.jspecify.annotations.NullMarked;

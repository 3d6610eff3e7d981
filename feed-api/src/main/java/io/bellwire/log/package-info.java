/**
 * The durable log: feeds of changes with revisions, written by one writer in batches. A revision is taken in the event's own transaction, so
 * a reader that follows a cursor never passes a change that commits late; each change gets its {@link io.bellwire.log.Chain}, by which a
 * cursor proves that the log still has what was read. The way of a write:
 *
 * <ol>
 *   <li>the caller prepares a {@link io.bellwire.log.Write}, events as {@link io.bellwire.log.RenderedEvent}s: JSON is parsed and rendered
 *       here, and not on the writer's thread, for which all others wait;
 *   <li>{@link io.bellwire.log.EventLog#submit} puts the write into the {@link io.bellwire.log.WriteQueue}, or
 *       refuses it;
 *   <li>{@link io.bellwire.log.LogWriter}, on its thread, takes all that wait as one batch, a {@link io.bellwire.log.WriteBatch};
 *   <li>{@link io.bellwire.log.LogStore#commit} loads what they need, has each decide, and makes the batch durable;
 *   <li>the writer publishes it to the {@link io.bellwire.log.Feed}s and {@link io.bellwire.log.FeedListener}s, and has the callers
 *       answered.
 * </ol>
 *
 * <p>What a store is, {@link io.bellwire.log.LogStore} says: {@code io.bellwire.segment} is the one in files,
 * {@link io.bellwire.log.SqlStore} the one on PostgreSQL. To add a kind of thing that the log keeps: a record here; methods of
 * {@link io.bellwire.log.WriteBatch} and {@code WriteBatch.Loaded} to read and put it, of {@link io.bellwire.log.LogStore} to look it up; a table
 * and its SQL beside {@link io.bellwire.log.SqlStore}; an item type in {@code io.bellwire.segment} ({@code ItemType}, {@code Items},
 * {@code ItemWriter}, {@code ItemReader}, {@code LogState}, {@code GroupItems}, {@code StateWriter}, SEGMENTS.md); rules in the contract
 * tests, and in {@code LogWorkload} of the crash tests.
 */
@NullMarked
package io.bellwire.log;

import org.jspecify.annotations.NullMarked;

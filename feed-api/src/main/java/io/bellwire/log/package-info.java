/**
 * The durable log: feeds of changes with revisions, written by one writer in batches. It decides what is durable, in
 * which order, and under which revision; it does not decide who may write or read, or what an event or a record means.
 * A revision is assigned in the event's own transaction, so a reader that follows a cursor never passes a change that
 * commits late. Each change has a {@link io.bellwire.log.Chain}, by which a cursor proves that the log still has what
 * was read.
 *
 * <p>The path of a write, beginning with {@link io.bellwire.log.EventLog#submit}:
 *
 * <ol>
 *   <li>The caller prepares a {@link io.bellwire.log.Write}, with its events as {@link io.bellwire.log.RenderedEvent}s.
 *       JSON is parsed and rendered here, not on the writer's thread, for which all others wait.
 *   <li>{@link io.bellwire.log.EventLog#submit} puts the write into the {@link io.bellwire.log.WriteQueue}, or refuses
 *       it.
 *   <li>{@link io.bellwire.log.LogWriter}, on its thread, takes all writes that wait as one batch; {@code
 *       WriteQueue.take} decides when a batch is full.
 *   <li>{@link io.bellwire.log.LogStore#commit} loads what the batch needs, has each write decide into the
 *       {@link io.bellwire.log.WriteBatch}, and makes it durable.
 *   <li>The writer publishes the batch to the {@link io.bellwire.log.Feed}s and notifies the
 *       {@link io.bellwire.log.FeedListener}s, then completes the futures of the callers.
 * </ol>
 *
 * <p>Other packages take part by three types. A {@link io.bellwire.log.Write} says what it {@link
 * io.bellwire.log.BatchNeeds}, then decides into the batch. A {@link io.bellwire.log.RecordType} is a kind of record
 * that such a package keeps here beside the events: orders' newest events and leases ({@code order.OrderStore}), stored
 * responses ({@code command}), groups and their members ({@code group.GroupMembers}), accounts ({@code registry}), when
 * devices were last seen ({@code presence}), settings ({@code document}). {@link io.bellwire.log.Records} are records of several types.
 *
 * <p>Times are of two kinds: {@link io.bellwire.log.WriteBatch#now}, by the wall clock, for people; {@link
 * io.bellwire.log.WriteBatch#steadyMillis}, by {@code SteadyClock}, for what lasts for a time, such as orders' leases.
 *
 * <p>{@link io.bellwire.log.LogStore} is the storage: {@code io.bellwire.segment} in files, {@code
 * io.bellwire.postgres} on PostgreSQL.
 *
 * <p>To add a kind of record that the log keeps: see {@code io.bellwire.store}.
 *
 * <p>To add a limit: {@link io.bellwire.log.LogLimits}, an option in {@code FeedApiOptions} and {@code ServeOptions},
 * and PROTOCOL.md, section 14.
 */
@NullMarked
package io.bellwire.log;

import org.jspecify.annotations.NullMarked;

/**
 * The log in append-only files: how it is written, opened, read, dropped, checked and copied. This package decides what
 * the files hold and when a write is durable. It does not decide what a batch writes and who waits for it; {@code
 * io.bellwire.log} does, and calls this package through {@link io.bellwire.log.LogStore}. With it {@link
 * io.bellwire.segment.SegmentStore} implements {@link io.bellwire.store.DataStore}, by which others read orders,
 * accounts, groups and documents. Within this package numbers of feeds, events and revisions are as they are in the files, plain
 * integers.
 *
 * <p>The files; SEGMENTS.md specifies each byte of them:
 *
 * <ul>
 *   <li>{@code 0000000001.log}, ...: segments, the truth. A segment is a {@link io.bellwire.segment.SegmentHeader} and
 *       then records. A record is a {@link io.bellwire.segment.RecordHeader}, a body of items (each an
 *       {@link io.bellwire.segment.ItemType} and its fields), and a last byte. Only the newest segment is written; the
 *       others are sealed.
 *   <li>{@code 0000000001.idx}, ...: the index of a sealed segment, derived from it: parts of sorted rows
 *       ({@link io.bellwire.segment.IndexLayout}) in blocks with a checksum each
 *       ({@link io.bellwire.segment.IndexBlocks}).
 *   <li>{@code log.mark}: the {@link io.bellwire.segment.LogManifest}, a text that says which segments must be there.
 * </ul>
 *
 * <p>The path of a write, beginning with {@link io.bellwire.segment.SegmentStore#commit}:
 *
 * <ol>
 *   <li>{@link io.bellwire.segment.BatchLoader} loads what the batch needs from {@link io.bellwire.segment.LogState}
 *       and {@link io.bellwire.segment.Segments}, and {@code SegmentStore} has the batch decided.
 *   <li>{@link io.bellwire.segment.BatchEncoder} writes the decision as items with
 *       {@link io.bellwire.segment.ItemWriter} into a {@link io.bellwire.segment.RecordBuffer}.
 *   <li>{@link io.bellwire.segment.SegmentLog#append} begins a new segment if the newest one is full. Then
 *       {@link io.bellwire.segment.SegmentWriter} writes the record with one write, and syncs it.
 *   <li>{@link io.bellwire.segment.ItemReader} reads the record back, into {@code LogState} and, with
 *       {@link io.bellwire.segment.IndexUpdater}, into the segment's {@link io.bellwire.segment.MemoryIndex}.
 *   <li>In the background {@link io.bellwire.segment.SegmentIndexer} writes the index file of a sealed segment, and
 *       {@link io.bellwire.segment.StateWriter} writes the state once more when it is due.
 * </ol>
 *
 * <p>The path of a read, beginning with {@link io.bellwire.segment.SegmentStore#read}:
 *
 * <ol>
 *   <li>{@link io.bellwire.segment.Segments#changes} finds the segment that holds the first revision: in the segments
 *       without an index file, or over the {@link io.bellwire.segment.FeedRange}s of the feed, which lead from its
 *       newest segment to older ones.
 *   <li>The {@link io.bellwire.segment.SegmentIndex} of that segment, a {@code MemoryIndex} or a
 *       {@link io.bellwire.segment.DiskIndex}, returns {@link io.bellwire.segment.EntryLocations}.
 *   <li>{@link io.bellwire.segment.Segment#events} reads the bytes there, neighbours with one read, and
 *       {@link io.bellwire.segment.EventCodec} checks and decodes each event.
 * </ol>
 *
 * <p>Orders, events and responses are found in the same way, by an {@link io.bellwire.segment.ItemLocation} each.
 * Accounts, groups, leases, documents and positions are in {@code LogState}, and no file is read for them.
 *
 * <p>The path of an opening, beginning with {@link io.bellwire.segment.LogOpening#open}:
 *
 * <ol>
 *   <li>{@code LogManifest} says which segments must be there. Files that a killed process left half made are deleted.
 *   <li>The headers of all segments and the index files of the sealed ones are opened.
 *   <li>{@link io.bellwire.segment.SegmentReader} reads the records from the segment on that the newest index names,
 *       and {@code ItemReader} hands their items to {@code LogState}; so a start reads a few segments and not the whole
 *       log.
 *   <li>The newest segment is read to its end. {@link io.bellwire.segment.TornWriteCheck} decides whether what stands
 *       after the last whole record is the rest of an unfinished write, which is cut off, or damage, which is an error.
 *   <li>{@code SegmentIndexer} writes the index files that are missing.
 * </ol>
 *
 * <p>{@link io.bellwire.segment.SegmentRetention} drops segments, {@link io.bellwire.segment.LogCheck} verifies a log,
 * {@link io.bellwire.segment.LogRepair} copies what is whole in a damaged one, and
 * {@link io.bellwire.segment.LogBackup} copies a sound one. All of them reach a disk only through
 * {@link io.bellwire.segment.LogFolder}.
 *
 * <p>To add an item type:
 *
 * <ol>
 *   <li>{@code ItemType}: a number that no type has had;
 *   <li>{@link io.bellwire.segment.ItemVisitor}: a method; {@code ItemWriter} encodes the item, {@code ItemReader}
 *       decodes it;
 *   <li>{@code LogState}: what the item changes; {@code BatchLoader}: loads it if a write needs it; if others look it
 *       up, the class that implements the interface for it ({@code AccountTable} is an example);
 *   <li>{@code BatchEncoder}: writes it from the batch; {@code StateWriter}: writes it with the state, or retention
 *       loses it; {@code RepairWriter}: copies it, or a repair loses it;
 *   <li>SEGMENTS.md, the tables of items; {@code LogWorkload} of the crash tests.
 * </ol>
 *
 * <p>To change a size or limit: {@link io.bellwire.segment.SegmentOptions} (segments),
 * {@link io.bellwire.segment.RecordLimits} (records that the background writes), {@code IndexLayout} (rows of an
 * index).
 */
@NullMarked
package io.bellwire.segment;

import org.jspecify.annotations.NullMarked;

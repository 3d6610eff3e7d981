/**
 * The log in append-only files, as SEGMENTS.md specifies them: how it is written, opened, read, dropped, checked and copied. What is in
 * a batch, and who waits for it, {@code io.bellwire.log} decides. The way of a batch:
 *
 * <ol>
 *   <li>{@link io.bellwire.segment.SegmentStore#commit} loads what the batch needs from {@link io.bellwire.segment.LogState} and
 *       {@link io.bellwire.segment.Segments}, and has it decided;
 *   <li>{@link io.bellwire.segment.BatchItems} and {@link io.bellwire.segment.ItemWriter} put it into a
 *       {@link io.bellwire.segment.RecordBuffer};
 *   <li>{@link io.bellwire.segment.SegmentLog#append} has {@link io.bellwire.segment.SegmentWriter} write it as one record and sync it,
 *       beginning a new segment first if the present one is full;
 *   <li>{@link io.bellwire.segment.ItemReader} reads the record back into {@link io.bellwire.segment.LogState} and into the segment's
 *       {@link io.bellwire.segment.OpenIndex}, as {@link io.bellwire.segment.LogOpening} does at a start;
 *   <li>{@link io.bellwire.segment.IndexTask}, in the background, writes the index of a segment that is full.
 * </ol>
 *
 * <p>{@link io.bellwire.segment.SegmentRetention} drops segments, {@link io.bellwire.segment.LogCheck} verifies a log,
 * {@link io.bellwire.segment.LogBackup} copies one. {@link io.bellwire.segment.LogFolder} is all that any of them knows of a disk.
 */
@NullMarked
package io.bellwire.segment;

import org.jspecify.annotations.NullMarked;

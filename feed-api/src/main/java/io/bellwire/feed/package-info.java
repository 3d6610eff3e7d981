/**
 * Feeds as their readers see them: pages, resets, positions, and streams of signals. This package decides what a page
 * holds, when a cursor is refused, and when a caller has to wait. It does not decide who may read a feed
 * ({@code io.bellwire.http}), how changes are stored ({@code io.bellwire.log}), or when a reader is signalled
 * ({@code io.bellwire.bridge}).
 *
 * <p>The path of a read, beginning with {@link io.bellwire.feed.FeedReader}:
 *
 * <ol>
 *   <li>{@link io.bellwire.feed.RateLimits} lets the request in, or says how long to wait.
 *   <li>{@code FeedReader} compares the cursor with the feed: epoch, head and earliest position.
 *   <li>It takes the changes from memory ({@link io.bellwire.log.Feed#recent}) or has a reader thread of the log read
 *       them; if there are none, it may wait for the next commit.
 *   <li>It checks that the first change continues the chain of the cursor, and returns a
 *       {@link io.bellwire.feed.FeedRead}: a page or a reset with its reason.
 *   <li>{@link io.bellwire.feed.PageJson} renders the page, and {@link io.bellwire.feed.ServiceRateEstimate} learns
 *       what it has cost.
 * </ol>
 *
 * <p>{@link io.bellwire.feed.CursorCheck} checks a cursor where no page is read. {@link io.bellwire.feed.Acknowledge}
 * writes a processed position. {@link io.bellwire.feed.AppendEvents} writes other back ends' events, and {@link
 * io.bellwire.feed.RecipientResolver} finds who gets an event: {@link io.bellwire.feed.ExtraFeeds} asks the {@link
 * io.bellwire.feed.FeedRouter} for the further feeds of an event. {@link io.bellwire.feed.LoggedFeedPositions} and
 * {@link io.bellwire.feed.RecentChanges} are what the bridge learns feeds by.
 *
 * <p>To add a reason to refuse a cursor: {@link io.bellwire.feed.FeedRead.Reason}, {@code FeedReader} and
 * {@code CursorCheck}, which must agree, PROTOCOL.md (reasons of 410), openapi.json, and the devices, which treat an
 * unknown reason as a reset.
 *
 * <p>To add a kind of channel: {@link io.bellwire.feed.DoorbellKind}, and what {@code io.bellwire.bridge} says. To
 * change the size of a page: {@code FeedReader.PAGE_BYTES_MAX}, and the table of sizes in PROTOCOL.md.
 */
@NullMarked
package io.bellwire.feed;

import org.jspecify.annotations.NullMarked;

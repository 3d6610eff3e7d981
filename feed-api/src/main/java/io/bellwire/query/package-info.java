/**
 * What operators search by: the state of every order in an H2 database, folded from the feed of all orders in the
 * background. It is derived from the log, may be deleted at any time, and no write waits for it. This package decides
 * when and how changes are folded and which orders a search finds; it does not decide who may see an order, and it
 * never says what an order is: the HTTP endpoints read each order that is found from the log.
 *
 * <p>The path of a change, beginning with {@link io.bellwire.query.OrderFolder}:
 *
 * <ol>
 *   <li>{@code OrderFolder} is notified of a commit. It waits until a batch is full, ten seconds have passed, or a
 *       search waits, and has {@code OrderFolding} read the changes after the {@code FoldedPosition} from the log.
 *   <li>{@code OrderRow} takes from each change what is searched by.
 *   <li>{@code OrderTableWriter} writes the newest row of each order, the counts and the new position in one
 *       transaction of {@code QueryDatabase}.
 *   <li>{@code FoldingProgress} completes the searches that waited for these changes, and {@code OrderFolder} rests,
 *       so that it uses no more than its {@code CpuBudget}.
 * </ol>
 *
 * <p>The path of a search, beginning with {@link io.bellwire.query.OrderSearch}:
 *
 * <ol>
 *   <li>{@code OrderSearch} waits, for a bounded time and without a thread, until the changes are folded that were
 *       committed when the search came.
 *   <li>{@code OrderPages} finds the next orders that fit the {@code OrderFilter} by the index that costs least, and
 *       looks at a bounded number of rows.
 * </ol>
 *
 * <p>When the database is new, cannot be read, or does not fit the log (its cursor is not one of the feed),
 * {@code OrderFolding} empties it, notes the head of the feed, scans all orders of the log in pages, and goes on from
 * that head.
 *
 * <p>To add a field to search by: a column and, if it is not only a further condition, an index in
 * {@code QueryDatabase} (raise the schema's version), the field in {@code OrderRow} and {@code OrderTableWriter}, the
 * condition in {@code OrderFilter} and {@code OrderPages}, the parameter in {@code OrderSearchEndpoints}, openapi.json
 * and PROTOCOL.md.
 */
@NullMarked
package io.bellwire.query;

import org.jspecify.annotations.NullMarked;

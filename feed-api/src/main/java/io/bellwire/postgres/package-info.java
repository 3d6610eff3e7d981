/**
 * The log on PostgreSQL. It decides how batches, changes and records are rows, and that one process at a time writes;
 * it does not decide what they mean.
 *
 * <p>The path of a batch, beginning with {@link io.bellwire.postgres.SqlStore#commit}:
 *
 * <ol>
 *   <li>{@link io.bellwire.postgres.Database} gives a connection, and requires that this process still holds the {@link
 *       io.bellwire.postgres.PostgresInstanceLock}.
 *   <li>{@code SqlFeeds} finds or makes the named feeds and locks the heads; each {@code SqlTable} loads the records
 *       that the batch needs: {@code SqlOrders} locks the rows of orders, {@code SqlAccounts} those of accounts, {@code
 *       SqlGroupMembers} those of groups.
 *   <li>The batch decides. {@code SqlEvents}, {@code SqlEntries} and each {@code SqlTable} write what it has decided,
 *       each with one statement, and the transaction commits.
 * </ol>
 *
 * <p>To add a table: a migration in {@code db/postgresql}, a class that implements {@code SqlTable}, and its place in
 * the list of {@link io.bellwire.postgres.SqlStore}. What retention deletes is in {@code SqlRetention}.
 */
@NullMarked
package io.bellwire.postgres;

import org.jspecify.annotations.NullMarked;

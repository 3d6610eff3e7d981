/**
 * What a server stores, in one interface: {@link io.bellwire.store.DataStore}, the log with the records that other
 * packages keep in it. {@code io.bellwire.segment} implements it in files, {@code io.bellwire.postgres} on PostgreSQL.
 *
 * <p>A setting needs no kind of record of its own: it is a {@link io.bellwire.document.Document}.
 *
 * <p>To add a kind of record: a {@link io.bellwire.log.RecordType} beside its class, in the package that knows what it
 * means, and there an interface that reads it ({@code order.OrderStore} is an example), with a method here; then what
 * the package-infos of {@code log}, {@code segment} and {@code postgres} name; and rules in the contract tests ({@code
 * LogStoreContract}) and in {@code LogWorkload} of the crash tests.
 */
@NullMarked
package io.bellwire.store;

import org.jspecify.annotations.NullMarked;

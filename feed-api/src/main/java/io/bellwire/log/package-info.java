/**
 * The durable log: feeds of changes with revisions, written by one writer in groups, and its store on PostgreSQL ({@link io.bellwire.log.SqlStore}). A revision
 * is taken in the event's own transaction, so a reader that follows a cursor never passes a change that commits late. With
 * it each change gets its {@link io.bellwire.log.Chain}, by which a cursor proves that the log still has what was read.
 */
@NullMarked
package io.bellwire.log;

import org.jspecify.annotations.NullMarked;

/**
 * The durable log: feeds of changes with revisions, written by one writer in groups, and the SQL behind it. A revision
 * is taken in the event's own transaction, so a reader that follows a cursor never passes a change that commits late.
 */
@NullMarked
package io.bellwire.log;

import org.jspecify.annotations.NullMarked;

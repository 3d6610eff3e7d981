/**
 * Records what operators and partners change, in the feed {@code audit}. This package decides what a record looks like
 * and that it is in the batch of its change: neither is kept without the other. It does not decide which changes are
 * recorded: who submits a write wraps it.
 *
 * <p>The path of a record, beginning with {@link io.bellwire.audit.AuditEntry}:
 *
 * <ol>
 *   <li>An endpoint makes an {@code AuditEntry} of its request: who, from where, which call, which ids. It is rendered at
 *       once, on the caller's thread.
 *   <li>{@code AuditEntry.with} wraps the write of the change as an {@code AuditedWrite}, which appends the record if the
 *       write has changed something.
 * </ol>
 *
 * <p>A refused attempt has no change to go with: {@code AuditEntry.alone} is a write of its own.
 */
@NullMarked
package io.bellwire.audit;

import org.jspecify.annotations.NullMarked;

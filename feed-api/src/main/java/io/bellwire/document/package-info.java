/**
 * Small JSON documents with names, which the log keeps beside its events: settings of the packages above, so that a new
 * kind of setting needs no new format in the stores. This package decides which keys and sizes documents may have. It
 * does not decide what they mean: the package that writes a document defines its JSON and its key.
 *
 * <p>The path of a document, beginning with a {@link io.bellwire.log.Write} of a package above:
 *
 * <ol>
 *   <li>{@code declareNeeds} names the key with {@link io.bellwire.document.DocumentStore#KEPT} or
 *       {@link io.bellwire.document.DocumentStore#HINTS}.
 *   <li>{@code decide} reads the {@link io.bellwire.document.Document} with {@code batch.get}, and puts or removes it.
 *   <li>The store makes it durable with the batch: {@code segment.DocumentTable} has it in memory, {@code
 *       postgres.SqlDocuments} in a table.
 *   <li>Others read it with {@link io.bellwire.document.DocumentStore}.
 * </ol>
 *
 * <p>All documents are in memory in a server with segments, and are written again with each state: they are for
 * settings, hundreds of thousands of them at most, and not for data that grows with orders.
 *
 * <p>To add a kind of document: a prefix that no other kind has, in the class that writes it, with a parser that accepts
 * the JSON of earlier versions. The prefixes there are: {@code second-factor/} and {@code
 * second-factor-step/} (kept; {@code io.bellwire.factor}), {@code escalation/} (kept; {@code io.bellwire.escalation}).
 */
@NullMarked
package io.bellwire.document;

import org.jspecify.annotations.NullMarked;

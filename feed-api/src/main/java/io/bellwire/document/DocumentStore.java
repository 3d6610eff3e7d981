package io.bellwire.document;

import io.bellwire.log.RecordType;
import java.util.List;
import java.util.Optional;

/**
 * Reads documents; only writes change them. Every method blocks; failures are {@link java.io.UncheckedIOException}.
 * Thread-safe.
 *
 * <p>Both types of records are in one table, so a key is of one type only: packages agree on prefixes.
 */
public interface DocumentStore {
    /** Documents that survive a crash once their write is acknowledged, by key. */
    RecordType<String, Document> KEPT = RecordType.kept("documents");

    /** Documents whose newest changes a crash may take, by key: no write waits for the disk because of them. */
    RecordType<String, Document> HINTS = RecordType.ofHints("document hints");

    /** The document with this key. */
    Optional<Document> find(String key);

    /**
     * Up to {@code limit} documents whose keys begin with {@code prefix}, in the order of their keys as ASCII.
     *
     * @param after only keys after this one; "" for all
     */
    List<Document> withPrefix(String prefix, String after, int limit);
}

package io.bellwire.segment;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All documents in memory. Thread-safe; one thread at a time writes. */
final class DocumentTable implements DocumentStore {
    private final ConcurrentSkipListMap<String, Document> byKey = new ConcurrentSkipListMap<>();

    void put(Document document) {
        byKey.put(document.key(), document);
    }

    void remove(String key) {
        byKey.remove(key);
    }

    @Nullable Document get(String key) {
        return byKey.get(key);
    }

    @Override
    public Optional<Document> find(String key) {
        return Optional.ofNullable(get(key));
    }

    @Override
    public List<Document> withPrefix(String prefix, String after, int limit) {
        ConcurrentNavigableMap<String, Document> from =
                after.compareTo(prefix) < 0 ? byKey.tailMap(prefix, true) : byKey.tailMap(after, false);
        return from.entrySet().stream()
                .takeWhile(document -> document.getKey().startsWith(prefix))
                .limit(limit)
                .map(Map.Entry::getValue)
                .toList();
    }
}

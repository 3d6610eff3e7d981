package io.bellwire.log;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records of several {@link RecordType}s, by their keys. Not thread-safe. */
public final class Records {
    private final Map<RecordType<?, ?>, Map<?, ?>> byType = new HashMap<>();

    /** The records of one type, in the order in which they were put; the map may be changed, and null removes a record. */
    @SuppressWarnings("unchecked") // only this method puts maps, with the types of their records
    public <K, V> Map<K, @Nullable V> of(RecordType<K, V> type) {
        return (Map<K, @Nullable V>) byType.computeIfAbsent(type, absent -> new LinkedHashMap<>());
    }

    /** Puts the record; null puts nothing. */
    public <K, V> void putIfPresent(RecordType<K, V> type, K key, @Nullable V value) {
        if (value != null) {
            of(type).put(key, value);
        }
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return byType.values().stream().allMatch(Map::isEmpty);
    }

    /** Whether there are only {@linkplain RecordType#ofHints hints}. */
    boolean hasOnlyHints() {
        return byType.entrySet().stream()
                .allMatch(type -> type.getKey().isHint() || type.getValue().isEmpty());
    }
}

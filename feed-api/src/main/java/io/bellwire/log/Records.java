package io.bellwire.log;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records of several {@link Table}s by their keys. Not thread-safe. */
public final class Records {
    private final Map<Table<?, ?>, Map<?, ?>> tables = new HashMap<>();

    /** The records of one table, in the order in which they were put; the map may be changed, and null removes a record. */
    @SuppressWarnings("unchecked") // only this method puts maps, with the types of their tables
    public <K, V> Map<K, @Nullable V> of(Table<K, V> table) {
        return (Map<K, @Nullable V>) tables.computeIfAbsent(table, absent -> new LinkedHashMap<>());
    }

    /** Puts the record; null puts nothing. */
    public <K, V> void putIfPresent(Table<K, V> table, K key, @Nullable V value) {
        if (value != null) {
            of(table).put(key, value);
        }
    }

    /** Whether no table has a record. */
    public boolean isEmpty() {
        return tables.values().stream().allMatch(Map::isEmpty);
    }

    /** Whether no table but those of {@linkplain Table#ofHints hints} has a record. */
    boolean hasOnlyHints() {
        return tables.entrySet().stream()
                .allMatch(table -> table.getKey().isHint() || table.getValue().isEmpty());
    }
}

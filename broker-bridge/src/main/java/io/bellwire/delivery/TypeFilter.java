package io.bellwire.delivery;

import io.bellwire.feed.Glob;
import io.bellwire.log.Change;
import java.util.List;

/** Which types of changes an endpoint wants. Immutable. */
final class TypeFilter {
    private static final TypeFilter ALL = new TypeFilter(List.of());

    /** Empty for all types. */
    private final List<Glob> globs;

    private TypeFilter(List<Glob> globs) {
        this.globs = globs;
    }

    static TypeFilter of(List<String> patterns) {
        return patterns.contains("*")
                ? ALL
                : new TypeFilter(patterns.stream().map(Glob::new).toList());
    }

    /** Whether all changes match, so that none needs to be looked at. */
    boolean isAll() {
        return globs.isEmpty();
    }

    boolean matches(Change change) {
        if (isAll()) {
            return true;
        }
        String type = ChangeAttributes.type(change.event());
        return globs.stream().anyMatch(glob -> glob.matches(type));
    }
}

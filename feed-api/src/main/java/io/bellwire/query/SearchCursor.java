package io.bellwire.query;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place between two orders that a search finds: after the one with this time and id. Its text is opaque to clients.
 * Immutable.
 *
 * @param millis the time of creation, or of the newest change, milliseconds since 1970
 */
public record SearchCursor(SearchOrder order, long millis, UUID id) {
    private static final Pattern FORM = Pattern.compile("([cu])([0-9a-f]{1,15})\\.([0-9a-f]{16})([0-9a-f]{16})");

    /** The cursor that {@code text} stands for, if it is one of a search with {@code filter}. */
    public static Optional<SearchCursor> parse(String text, OrderFilter filter) {
        Matcher form = FORM.matcher(text);
        SearchOrder order = filter.order();
        if (!form.matches() || form.group(1).charAt(0) != order.letter()) {
            return Optional.empty();
        }
        UUID id = new UUID(Long.parseUnsignedLong(form.group(3), 16), Long.parseUnsignedLong(form.group(4), 16));
        return Optional.of(new SearchCursor(order, Long.parseLong(form.group(2), 16), id));
    }

    @Override
    public String toString() {
        return String.format(
                "%c%x.%016x%016x", order.letter(), millis, id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}

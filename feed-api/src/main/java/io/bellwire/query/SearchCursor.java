package io.bellwire.query;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in a search: after the order with this id. Its text is opaque to clients. Immutable.
 *
 * @param millis the time of the order's newest change, milliseconds since 1970; 0 in the order of creation, which the
 *     id alone determines
 */
public record SearchCursor(SearchOrder order, long millis, UUID id) {
    private static final Pattern FORM = Pattern.compile("([cu])([0-9a-f]{1,15})\\.([0-9a-f]{16})([0-9a-f]{16})");
    private static final int BITS_BELOW_MILLIS = 16;

    /** The cursor after the order {@code id}, in the order of creation. */
    static SearchCursor byCreation(UUID id) {
        return new SearchCursor(SearchOrder.BY_CREATION, 0, id);
    }

    /**
     * The cursor after which the orders come that were created before {@code millis}, in the order of creation, newest
     * first.
     */
    static SearchCursor createdBefore(long millis) {
        return byCreation(new UUID(millis << BITS_BELOW_MILLIS, 0));
    }

    /** The time in the id of an order (RFC 9562, section 5.7), milliseconds since 1970. */
    static long createdMillis(UUID id) {
        return id.getMostSignificantBits() >>> BITS_BELOW_MILLIS;
    }

    /** Parses the cursor of a search with {@code filter}; empty if {@code text} is not one. */
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

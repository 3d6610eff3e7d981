package io.bellwire.order;

import io.bellwire.log.Event;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;

/**
 * The id of an order: a UUID of version 7 (RFC 9562) as 36 characters, lower case. {@link OrderIds} makes ids; no two
 * orders share one, in one log or in two. Opaque to clients. Immutable.
 */
public record OrderId(UUID value) implements Comparable<OrderId> {
    /** The order of ids: by their bytes, which is that of their creation. {@link UUID#compareTo} has another one. */
    public static final Comparator<UUID> BY_BYTES = (one, other) -> {
        int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
    };

    private static final int LENGTH = 36;
    private static final int VERSION = 7;
    private static final int VARIANT = 2;

    public OrderId {
        if (value.version() != VERSION || value.variant() != VARIANT) {
            throw new IllegalArgumentException("an order's id must be a UUID of version 7, is " + value);
        }
    }

    /** The id that {@code text} is; empty if it is not of the form above. */
    public static Optional<OrderId> parse(String text) {
        if (text.length() != LENGTH) {
            return Optional.empty();
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean isHyphenPlace = i == 8 || i == 13 || i == 18 || i == 23;
            boolean isDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (isHyphenPlace ? c != '-' : !isDigit) {
                return Optional.empty();
            }
        }
        UUID value = UUID.fromString(text);
        return value.version() == VERSION && value.variant() == VARIANT
                ? Optional.of(new OrderId(value))
                : Optional.empty();
    }

    /** The order that the event is about; empty if it is about none. */
    public static Optional<OrderId> subjectOf(Event event) {
        return Optional.ofNullable(event.subject()).map(OrderId::new);
    }

    @Override
    public int compareTo(OrderId other) {
        return BY_BYTES.compare(value, other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

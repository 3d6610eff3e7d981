package io.bellwire.order;

import java.util.Optional;
import java.util.UUID;

/**
 * The id of an order: a UUID of version 7 (RFC 9562) as 36 characters, lower case. {@link OrderIds} makes ids; no two
 * orders share one, in one log or in two. Opaque to clients. Immutable.
 */
public record OrderId(UUID value) {
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

    @Override
    public String toString() {
        return value.toString();
    }
}

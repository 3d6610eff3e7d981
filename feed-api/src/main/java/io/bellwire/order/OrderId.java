package io.bellwire.order;

import java.util.Optional;

/**
 * The name of an order: the order's key in the log as 13 characters of Crockford's base 32, lower case. Opaque to clients.
 * Immutable.
 */
public record OrderId(long key) {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 13;
    private static final int BITS = 5;

    /** The order that {@code text} names, or empty if it is not of the form above. */
    public static Optional<OrderId> parse(String text) {
        if (text.length() != LENGTH) {
            return Optional.empty();
        }
        long key = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = ALPHABET.indexOf(text.charAt(i));
            if (digit < 0 || (i == 0 && digit > 7)) {
                return Optional.empty();
            }
            key = (key << BITS) | digit;
        }
        return Optional.of(new OrderId(key));
    }

    @Override
    public String toString() {
        char[] text = new char[LENGTH];
        long rest = key;
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) (rest & 31));
            rest >>>= BITS;
        }
        return new String(text);
    }
}

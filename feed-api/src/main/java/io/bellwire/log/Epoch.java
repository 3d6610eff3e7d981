package io.bellwire.log;

import java.util.random.RandomGenerator;

/**
 * The identity of one log: 10 characters of {@code a-z 0-9}. A new database, or one restored from a backup, has a new
 * one, so that a cursor into the old log is not mistaken for a place in this one. Immutable.
 */
public record Epoch(String value) {
    private static final int LENGTH = 10;
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

    public Epoch {
        if (!isValid(value)) {
            throw new IllegalArgumentException("epoch must be " + LENGTH + " of a-z 0-9");
        }
    }

    /** Whether {@code text} would be accepted by the constructor. */
    public static boolean isValid(String text) {
        if (text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    /** A fresh epoch, drawn from {@code random}. */
    public static Epoch draw(RandomGenerator random) {
        StringBuilder text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new Epoch(text.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}

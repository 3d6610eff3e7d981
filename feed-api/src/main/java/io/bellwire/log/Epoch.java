package io.bellwire.log;

import io.bellwire.runtime.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * The identity of one life of a log or of a feed: 10 characters of {@code a-z 0-9}. A new log, or one restored from a
 * backup, has a new one. The epochs of its feeds are derived from it, so a cursor of another log or of another feed is
 * never taken for a position in this one. Immutable.
 */
public record Epoch(String value) {
    private static final int LENGTH = 10;
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

    public Epoch {
        if (!isValid(value)) {
            throw new IllegalArgumentException("epoch must be " + LENGTH + " of a-z 0-9");
        }
    }

    /** Whether the constructor accepts {@code text}. */
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

    /** Draws a new epoch from {@code random}. */
    public static Epoch draw(RandomGenerator random) {
        StringBuilder text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new Epoch(text.toString());
    }

    /** The epoch of a feed in the log with the epoch {@code log}. */
    public static Epoch ofFeed(Epoch log, FeedId feed) {
        byte[] digest = Sha256.of((log.value + '/' + feed.path()).getBytes(StandardCharsets.US_ASCII));
        long rest = ByteBuffer.wrap(digest).getLong();
        StringBuilder text = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            text.append(ALPHABET.charAt((int) Long.remainderUnsigned(rest, ALPHABET.length())));
            rest = Long.divideUnsigned(rest, ALPHABET.length());
        }
        return new Epoch(text.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}

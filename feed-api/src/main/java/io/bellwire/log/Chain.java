package io.bellwire.log;

import java.util.OptionalInt;

/**
 * The chained checksum of a feed: 32 bits for each change, computed from the chain before it and the change. A chain
 * therefore stands for all changes up to its own. If two logs differ in one change, the chains of that change and of
 * all later ones differ, whatever is appended to both; only at the first different change do the chains agree by
 * chance, in one case of 2^32.
 */
public final class Chain {
    /** The chain before a feed's first change. */
    public static final int START = 0;

    /** How many characters the text of a chain has: base 36, lower case, padded with zeros. */
    public static final int TEXT_LENGTH = 7;

    private static final int RADIX = 36;
    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
    /** Odd, so that multiplying by it loses nothing. */
    private static final int FACTOR = 0x9E3779B1;

    private Chain() {}

    /** The chain of a change. For one change, different chains before it always give different chains. */
    public static int next(int before, int eventChecksum) {
        int mixed = before * FACTOR + eventChecksum;
        // the finalizer of MurmurHash3: each step can be undone
        mixed = (mixed ^ (mixed >>> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >>> 13)) * 0xC2B2AE35;
        return mixed ^ (mixed >>> 16);
    }

    /** Writes the text of {@code chain} into {@code to}, as {@value #TEXT_LENGTH} bytes from {@code at} on. */
    public static void write(int chain, byte[] to, int at) {
        long rest = Integer.toUnsignedLong(chain);
        for (int i = at + TEXT_LENGTH - 1; i >= at; i--) {
            to[i] = (byte) DIGITS.charAt((int) (rest % RADIX));
            rest /= RADIX;
        }
    }

    /** Appends the text of {@code chain}. */
    public static void appendTo(StringBuilder text, int chain) {
        long divisor = 2_176_782_336L; // RADIX to the power of TEXT_LENGTH - 1
        long rest = Integer.toUnsignedLong(chain);
        for (int i = 0; i < TEXT_LENGTH; i++) {
            text.append(DIGITS.charAt((int) (rest / divisor)));
            rest %= divisor;
            divisor /= RADIX;
        }
    }

    /** Parses what {@link #appendTo} writes; empty for any other text. */
    public static OptionalInt parse(String text) {
        if (text.length() != TEXT_LENGTH) {
            return OptionalInt.empty();
        }
        long value = 0;
        for (int i = 0; i < TEXT_LENGTH; i++) {
            int digit = DIGITS.indexOf(text.charAt(i));
            if (digit < 0) {
                return OptionalInt.empty();
            }
            value = value * RADIX + digit;
        }
        return value > 0xFFFF_FFFFL ? OptionalInt.empty() : OptionalInt.of((int) value);
    }
}

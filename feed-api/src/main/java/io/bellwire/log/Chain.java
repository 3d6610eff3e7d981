package io.bellwire.log;

import java.util.OptionalInt;

/**
 * The chained checksum of a feed: a number of 32 bits for each change, made of the one before it and of the change. So it
 * stands for all changes up to its own. Two logs that differ in one change differ in the chains of that change and of all
 * after it, whatever they agree on later, but for one case in 2^32 at the change in which they part.
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

    /** The chain of a change. For one change, different chains before it always give different chains after it. */
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

    /** The chain that {@code text} stands for, or empty if it is not of the form that {@link #appendTo} gives. */
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

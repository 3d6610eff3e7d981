package io.bellwire.log;

import java.util.Optional;

/**
 * A place in one feed of one log: everything up to and including {@code revision} has been read. Its text is
 * {@code EPOCH.REVISION} and opaque to clients. Immutable.
 *
 * @param revision 0 (nothing read yet) to {@link #REVISION_MAX}
 */
public record Cursor(Epoch epoch, long revision) {
    /** The highest revision: a feed's number and a revision share one 64-bit key (see {@code FeedKey}). */
    public static final long REVISION_MAX = 0xFFFF_FFFFL;

    public Cursor {
        if (revision < 0 || revision > REVISION_MAX) {
            throw new IllegalArgumentException("revision must be 0 to " + REVISION_MAX + ", is " + revision);
        }
    }

    /** The cursor that {@code text} stands for, or empty if it is not of the form {@code EPOCH.REVISION}. */
    public static Optional<Cursor> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0 || text.length() - dot > 11 || !Epoch.isValid(text.substring(0, dot))) {
            return Optional.empty();
        }
        String digits = text.substring(dot + 1);
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        long revision = Long.parseLong(digits);
        if (revision > REVISION_MAX || (digits.length() > 1 && digits.charAt(0) == '0')) {
            return Optional.empty();
        }
        return Optional.of(new Cursor(new Epoch(text.substring(0, dot)), revision));
    }

    @Override
    public String toString() {
        return epoch.value() + "." + revision;
    }
}

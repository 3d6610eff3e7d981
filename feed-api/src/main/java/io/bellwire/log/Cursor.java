package io.bellwire.log;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A position in one feed as readers know it: everything up to and including {@code revision} has been read. Its text is
 * {@code EPOCH.REVISION.CHAIN}, opaque to clients (PROTOCOL.md, section 1.1). Immutable.
 *
 * @param epoch the epoch of the feed
 * @param revision 0 (nothing read yet) to {@link #REVISION_MAX}
 * @param chain the {@link Chain} of the change at that revision, which proves that the cursor is of this log
 */
public record Cursor(Epoch epoch, Revision revision, int chain) {
    public static final long REVISION_MAX = Position.REVISION_MAX;

    private static final int REVISION_DIGITS_MAX = 16;

    public Cursor {
        Position unused = new Position(revision, chain); // checks both
    }

    public Cursor(Epoch epoch, Position position) {
        this(epoch, position.revision(), position.chain());
    }

    /** Parses {@code EPOCH.REVISION.CHAIN}; empty for any other text. */
    public static Optional<Cursor> parse(String text) {
        int dot = text.indexOf('.');
        int lastDot = text.lastIndexOf('.');
        if (lastDot == dot || lastDot - dot > REVISION_DIGITS_MAX + 1 || !Epoch.isValid(text.substring(0, dot))) {
            return Optional.empty();
        }
        String digits = text.substring(dot + 1, lastDot);
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        long revision = Long.parseLong(digits);
        OptionalInt chain = Chain.parse(text.substring(lastDot + 1));
        if (revision > REVISION_MAX
                || (digits.length() > 1 && digits.charAt(0) == '0')
                || chain.isEmpty()
                || (revision == 0 && chain.getAsInt() != Chain.START)) {
            return Optional.empty();
        }
        return Optional.of(new Cursor(new Epoch(text.substring(0, dot)), new Revision(revision), chain.getAsInt()));
    }

    /** The position, without the epoch. */
    public Position position() {
        return new Position(revision, chain);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(40)
                .append(epoch.value())
                .append('.')
                .append(revision.value())
                .append('.');
        Chain.appendTo(text, chain);
        return text.toString();
    }
}

package io.bellwire.device;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The position up to which a device has read its feed: {@code revision} and everything before it, of the feed {@code
 * epoch}. A device sends the text back unchanged; it compares epoch and revision only with those of a signal.
 * Immutable.
 *
 * <p>Text: {@code EPOCH.REVISION.CHAIN}, for example {@code k3v9x2m4qd.17.0k3f9x2}.
 *
 * @param epoch the identity of the feed, 1 to 32 letters and digits
 * @param revision 0 (nothing read yet) or more
 * @param chain the rest of the text with its leading dot, by which the server checks the cursor; may be empty
 */
public record DeviceCursor(String epoch, long revision, String chain) {
    private static final Pattern EPOCH = Pattern.compile("[A-Za-z0-9]{1,32}");
    private static final Pattern CHAIN = Pattern.compile("(?:\\.[A-Za-z0-9_-]{1,32})*");
    private static final Pattern CURSOR = Pattern.compile("(" + EPOCH + ")\\.(0|[1-9][0-9]{0,17})(" + CHAIN + ")");

    public DeviceCursor {
        if (!EPOCH.matcher(epoch).matches()) {
            throw new IllegalArgumentException("epoch must be 1 to 32 letters and digits, is " + epoch);
        }
        if (revision < 0) {
            throw new IllegalArgumentException("revision must not be negative, is " + revision);
        }
        if (!CHAIN.matcher(chain).matches()) {
            throw new IllegalArgumentException(
                    "chain must be parts of letters and digits, each after a dot, is " + chain);
        }
    }

    /** A cursor without a chain, as a server gives it that does not check cursors. */
    public DeviceCursor(String epoch, long revision) {
        this(epoch, revision, "");
    }

    /** The cursor that {@code text} denotes; empty if it is not a cursor. */
    public static Optional<DeviceCursor> parse(String text) {
        Matcher parts = CURSOR.matcher(text);
        return parts.matches()
                ? Optional.of(new DeviceCursor(parts.group(1), Long.parseLong(parts.group(2)), parts.group(3)))
                : Optional.empty();
    }

    /** Whether a reader at this cursor has all changes up to the revision of {@code signal}. */
    public boolean covers(ReceivedSignal signal) {
        return epoch.equals(signal.epoch()) && signal.revision() <= revision;
    }

    @Override
    public String toString() {
        return epoch + "." + revision + chain;
    }
}

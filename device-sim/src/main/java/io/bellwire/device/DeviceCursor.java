package io.bellwire.device;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything up to and including {@code revision} of the feed {@code epoch} has been read. A device sends the text back
 * as it came; it looks inside only to tell whether a signal brings news. Immutable.
 *
 * @param epoch the identity of the feed, 1 to 32 letters and digits
 * @param revision 0 (nothing read yet) or more
 * @param proof the rest of the text, which is the server's own: by it the server knows its cursor again; may be empty
 */
public record DeviceCursor(String epoch, long revision, String proof) {
    private static final Pattern EPOCH = Pattern.compile("[A-Za-z0-9]{1,32}");
    private static final Pattern PROOF = Pattern.compile("(?:\\.[A-Za-z0-9_-]{1,32})*");
    private static final Pattern FORM = Pattern.compile("(" + EPOCH + ")\\.(0|[1-9][0-9]{0,17})(" + PROOF + ")");

    public DeviceCursor {
        if (!EPOCH.matcher(epoch).matches()) {
            throw new IllegalArgumentException("epoch must be 1 to 32 letters and digits");
        }
        if (revision < 0) {
            throw new IllegalArgumentException("revision must not be negative, is " + revision);
        }
        if (!PROOF.matcher(proof).matches()) {
            throw new IllegalArgumentException("proof must be parts of letters and digits, each after a dot");
        }
    }

    /** A cursor of a server that proves nothing with it. */
    public DeviceCursor(String epoch, long revision) {
        this(epoch, revision, "");
    }

    /** The cursor that {@code text} stands for, or empty if it is none. */
    public static Optional<DeviceCursor> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new DeviceCursor(form.group(1), Long.parseLong(form.group(2)), form.group(3)))
                : Optional.empty();
    }

    /** Whether a reader at this cursor has all that {@code signal} speaks of. */
    public boolean covers(ReceivedSignal signal) {
        return epoch.equals(signal.epoch()) && signal.revision() <= revision;
    }

    @Override
    public String toString() {
        return epoch + "." + revision + proof;
    }
}

package io.bellwire.device;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything up to and including {@code revision} of the log {@code epoch} has been read. A device sends the text back
 * as it came; it looks inside only to tell whether a signal brings news. Immutable.
 *
 * @param epoch the identity of the log, 1 to 32 letters and digits
 * @param revision 0 (nothing read yet) or more
 */
public record Cursor(String epoch, long revision) {
    private static final Pattern EPOCH = Pattern.compile("[A-Za-z0-9]{1,32}");
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9]{1,32})\\.(0|[1-9][0-9]{0,17})");

    public Cursor {
        if (!EPOCH.matcher(epoch).matches()) {
            throw new IllegalArgumentException("epoch must be 1 to 32 letters and digits");
        }
        if (revision < 0) {
            throw new IllegalArgumentException("revision must not be negative, is " + revision);
        }
    }

    /** The cursor that {@code text} stands for, or empty if it is none. */
    public static Optional<Cursor> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new Cursor(form.group(1), Long.parseLong(form.group(2))))
                : Optional.empty();
    }

    /** Whether a reader at this cursor has all that {@code signal} speaks of. */
    public boolean covers(Signal signal) {
        return epoch.equals(signal.epoch()) && signal.revision() <= revision;
    }

    @Override
    public String toString() {
        return epoch + "." + revision;
    }
}

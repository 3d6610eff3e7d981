package io.bellwire.certify;

/** A rule that cannot be looked at here, and why: neither kept nor broken. */
final class SkippedCase extends Exception {
    private static final long serialVersionUID = 1;

    /** @param why one line */
    SkippedCase(String why) {
        super(why);
    }
}

package io.bellwire.certify;

/** A rule cannot be checked here; the message says why. */
final class SkippedCase extends Exception {
    private static final long serialVersionUID = 1;

    /** @param why one line */
    SkippedCase(String why) {
        super(why);
    }
}

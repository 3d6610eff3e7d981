package io.bellwire.certify;

/** The server breaks a rule; the message says what the protocol requires, and what came instead. */
final class RuleViolation extends Exception {
    private static final long serialVersionUID = 1;
    private static final int LENGTH_MAX = 300;

    private final String expected;
    private final String actual;

    RuleViolation(String expected, String actual) {
        super("expected " + shorten(expected) + "; came " + shorten(actual));
        this.expected = expected;
        this.actual = actual;
    }

    String expected() {
        return expected;
    }

    String actual() {
        return actual;
    }

    /** {@code text} as one line of at most {@value #LENGTH_MAX} characters. */
    static String shorten(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line;
    }
}

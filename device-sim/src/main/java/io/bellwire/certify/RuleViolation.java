package io.bellwire.certify;

/** A server, or a receiver, breaks a rule; the message says what the protocol requires, and what came instead. */
public final class RuleViolation extends Exception {
    private static final long serialVersionUID = 1;
    private static final int LENGTH_MAX = 300;

    private final String expected;
    private final String actual;

    /** Both texts are shown in one line. */
    public RuleViolation(String expected, String actual) {
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
    public static String shorten(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line;
    }
}

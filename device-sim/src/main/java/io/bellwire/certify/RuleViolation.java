package io.bellwire.certify;

/** A rule is broken: what the protocol makes one expect, and what came instead. */
final class RuleViolation extends Exception {
    private static final long serialVersionUID = 1;
    private static final int LENGTH_MAX = 300;

    private final String expected;
    private final String came;

    RuleViolation(String expected, String came) {
        super("expected " + shorten(expected) + "; came " + shorten(came));
        this.expected = expected;
        this.came = came;
    }

    String expected() {
        return expected;
    }

    String came() {
        return came;
    }

    /** One line, of a length that a terminal bears. */
    static String shorten(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line;
    }
}

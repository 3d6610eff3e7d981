package io.bellwire.fleet;

/** Finds where the head of a message of HTTP/1.1 ends: after the empty line. Not thread-safe. */
final class HttpHeadScanner {
    private static final String EMPTY_LINE = "\r\n\r\n";

    private int matched;

    void take(byte next) {
        if (isPast()) {
            return;
        }
        if (next == EMPTY_LINE.charAt(matched)) {
            matched++;
        } else {
            matched = next == '\r' ? 1 : 0;
        }
    }

    boolean isPast() {
        return matched == EMPTY_LINE.length();
    }
}

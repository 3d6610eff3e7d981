package io.bellwire.fleet;

/** Finds the end of the head of an HTTP/1.1 message, which is after the empty line. Not thread-safe. */
final class HttpHeadScanner {
    private static final String EMPTY_LINE = "\r\n\r\n";

    private int matched;

    void take(byte next) {
        if (isComplete()) {
            return;
        }
        if (next == EMPTY_LINE.charAt(matched)) {
            matched++;
        } else {
            matched = next == '\r' ? 1 : 0;
        }
    }

    boolean isComplete() {
        return matched == EMPTY_LINE.length();
    }
}

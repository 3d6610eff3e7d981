package io.bellwire.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One HTTP/1.1 answer with a Content-Length, inside the connection's own read buffer: valid until the next read. */
final class HttpAnswer {
    private static final String LENGTH = "content-length";

    private final byte[] bytes;
    private final int headBytes;
    private final int length;

    private HttpAnswer(byte[] bytes, int headBytes, int length) {
        this.bytes = bytes;
        this.headBytes = headBytes;
        this.length = length;
    }

    /** The answer that begins at index 0; null if it is not complete yet. */
    static HttpAnswer at(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                HttpAnswer head = new HttpAnswer(bytes, i + 1, i + 1);
                String body = head.header(LENGTH);
                int whole = i + 1 + (body.isEmpty() ? 0 : Integer.parseInt(body));
                return whole <= length ? new HttpAnswer(bytes, i + 1, whole) : null;
            }
        }
        return null;
    }

    /** The buffer, which begins with the answer. */
    byte[] bytes() {
        return bytes;
    }

    /** Bytes up to and including the empty line. */
    int headBytes() {
        return headBytes;
    }

    /** Bytes of head and body. */
    int length() {
        return length;
    }

    int status() {
        return (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
    }

    boolean isGood() {
        return status() / 100 == 2;
    }

    /** The header's value; empty if there is none. {@code name} must be in lower case. */
    String header(String name) {
        for (int line = nextLine(0); line < headBytes - 2; line = nextLine(line)) {
            if (isNamed(line, name)) {
                int from = line + name.length() + 1;
                return new String(bytes, from, nextLine(from) - 2 - from, StandardCharsets.ISO_8859_1).strip();
            }
        }
        return "";
    }

    private int nextLine(int from) {
        int i = from;
        while (bytes[i] != '\n') {
            i++;
        }
        return i + 1;
    }

    private boolean isNamed(int line, String name) {
        for (int i = 0; i < name.length(); i++) {
            int letter = bytes[line + i];
            if (letter != name.charAt(i) && (letter < 'A' || letter > 'Z' || (letter | 0x20) != name.charAt(i))) {
                return false;
            }
        }
        return bytes[line + name.length()] == ':';
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "HTTP %d, %d bytes", status(), length);
    }
}

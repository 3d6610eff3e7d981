package io.bellwire.document;

import java.util.Arrays;

/**
 * A small JSON text under a key. Immutable.
 *
 * @param key 1 to 200 printable ASCII characters without spaces, for example {@code endpoint/partners/bakery/main}
 * @param json at most 64 KiB; not checked to be JSON
 */
@SuppressWarnings("ArrayRecordComponent") // copied, and compared by its bytes
public record Document(String key, byte[] json) {
    public static final int KEY_CHARACTERS_MAX = 200;
    public static final int JSON_BYTES_MAX = 64 << 10;

    private static final char FIRST_PRINTABLE = '!';
    private static final char LAST_PRINTABLE = '~';

    public Document {
        requireKey(key);
        if (json.length > JSON_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "document " + key + " has " + json.length + " bytes, at most are " + JSON_BYTES_MAX);
        }
        json = json.clone();
    }

    /** Returns {@code key} if a document may have it. */
    public static String requireKey(String key) {
        boolean isPrintable = key.chars().allMatch(c -> c >= FIRST_PRINTABLE && c <= LAST_PRINTABLE);
        if (key.isEmpty() || key.length() > KEY_CHARACTERS_MAX || !isPrintable) {
            throw new IllegalArgumentException("the key of a document has 1 to " + KEY_CHARACTERS_MAX
                    + " printable ASCII characters without spaces, is \"" + key + "\"");
        }
        return key;
    }

    /** A copy of its JSON. */
    @Override
    public byte[] json() {
        return json.clone();
    }

    /** How many bytes its JSON has. */
    public int bytes() {
        return json.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Document document && key.equals(document.key) && Arrays.equals(json, document.json);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + Arrays.hashCode(json);
    }

    /** Shows its key only: its JSON may be confidential. */
    @Override
    public String toString() {
        return "Document " + key;
    }
}

package io.bellwire.webhook;

import java.util.Base64;

/** The form in which Standard Webhooks prints keys: a prefix and Base64. */
final class KeyText {
    private KeyText() {}

    /** The bytes after the prefix. */
    static byte[] decode(String text, String prefix, int bytesMin, int bytesMax) {
        byte[] bytes = null;
        if (text.startsWith(prefix)) {
            try {
                bytes = Base64.getDecoder().decode(text.substring(prefix.length()));
            } catch (IllegalArgumentException notBase64) { // its message would show a part of the secret
                bytes = null;
            }
        }
        if (bytes == null || bytes.length < bytesMin || bytes.length > bytesMax) {
            throw new IllegalArgumentException("a key must be " + prefix + " and the Base64 of " + bytesMin
                    + (bytesMax == bytesMin ? "" : " to " + bytesMax) + " bytes");
        }
        return bytes;
    }
}

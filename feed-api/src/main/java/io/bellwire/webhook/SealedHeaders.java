package io.bellwire.webhook;

/**
 * The headers of an endpoint's calls as they are kept: encrypted, because they may contain secrets. Immutable.
 *
 * @param text Base64; empty for none
 */
public record SealedHeaders(String text) {
    public static final SealedHeaders NONE = new SealedHeaders("");

    /** Whether there are headers. */
    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** Nothing of the headers. */
    @Override
    public String toString() {
        return isEmpty() ? "none" : "sealed";
    }
}

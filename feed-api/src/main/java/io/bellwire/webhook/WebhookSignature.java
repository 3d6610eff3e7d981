package io.bellwire.webhook;

import java.util.List;
import java.util.stream.Collectors;

/** The header {@code webhook-signature} of Standard Webhooks 1.0. */
public final class WebhookSignature {
    /** The name of the header. */
    public static final String HEADER = "webhook-signature";

    private WebhookSignature() {}

    /**
     * The value of the header: one signature for each key, so that a receiver may have an older or a newer key while they
     * are rotated.
     *
     * @param id the value of {@code webhook-id}, without full stops
     * @param timestampSeconds the value of {@code webhook-timestamp}, in seconds since 1970
     * @param body exactly as it is sent
     */
    public static String of(String id, long timestampSeconds, byte[] body, List<? extends WebhookKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a webhook is signed with one key or more");
        }
        SignedContent content = SignedContent.of(id, timestampSeconds, body);
        return keys.stream().map(key -> key.sign(content)).collect(Collectors.joining(" "));
    }
}

package io.bellwire.webhook;

/** What a webhook is signed with, as Standard Webhooks has it. Immutable. {@code toString} does not show it. */
public sealed interface WebhookKey permits WebhookSecret, WebhookKeyPair {
    /** The signature with its version, such as {@code v1,...}. */
    String sign(SignedContent content);

    /** The key as text: {@code whsec_...} or {@code whsk_...}. It is secret. */
    String text();

    /** The key in this text; throws {@link IllegalArgumentException}, which does not show it, if it is malformed. */
    static WebhookKey parse(String text) {
        return text.startsWith(WebhookKeyPair.SECRET_PREFIX) ? WebhookKeyPair.parse(text) : WebhookSecret.parse(text);
    }
}

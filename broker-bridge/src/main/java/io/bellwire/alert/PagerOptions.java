package io.bellwire.alert;

import io.bellwire.webhook.WebhookKey;
import java.net.URI;

/**
 * The operators' pager.
 *
 * @param key signs the calls
 */
public record PagerOptions(URI url, WebhookKey key) {}

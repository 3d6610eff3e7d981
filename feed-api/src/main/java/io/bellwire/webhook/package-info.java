/**
 * The endpoints of partners: where a partner wants to be called, with what, and how. This package decides what settings
 * an endpoint may have, which of its URLs is in use, which keys sign its calls, and how Standard Webhooks signs. It does
 * not decide who may set an endpoint ({@code io.bellwire.http}), nor when an endpoint is called and what became of a
 * call ({@code io.bellwire.delivery}).
 *
 * <p>The path of a change, beginning with {@link io.bellwire.webhook.Webhooks}:
 *
 * <ol>
 *   <li>{@code Webhooks.change} hands the endpoint as it is to who wants to change it, with an {@link
 *       io.bellwire.webhook.EndpointEditor}, which decides what becomes of it: an {@link
 *       io.bellwire.webhook.EndpointChange} with the endpoint afterwards and the events about it.
 *   <li>{@code EndpointJson} makes a document of the endpoint; {@code ReplaceDocuments} writes it, and the events to the
 *       partner's feed, only if nobody has changed it meanwhile. Otherwise the change is decided again.
 *   <li>When the document is durable, {@code Webhooks} has the endpoint in memory, and notifies each {@link
 *       io.bellwire.webhook.EndpointListener}. Afterwards, off the writer's thread, whoever has asked by {@code onNotice}
 *       gets an {@link io.bellwire.webhook.EndpointNotice}, which also says who has changed it.
 * </ol>
 *
 * <p>{@link io.bellwire.webhook.WebhookSecrets} derives the {@link io.bellwire.webhook.WebhookKey}s of an endpoint from
 * the server's settings key, and encrypts its headers; {@link io.bellwire.webhook.WebhookSignature} signs with the keys.
 * {@code OldKeyWarnings} knows when partners are to be warned that old keys end. The position of an endpoint is a
 * document of its own, a hint: losing the newest costs calls that are repeated.
 *
 * <p>{@link io.bellwire.webhook.EndpointRecovery} is the port to who calls endpoints, for what is asked beside their
 * delivery: what became of calls, tests, and replays, whose progress is a hint, too.
 *
 * <p>To add a setting: {@link io.bellwire.webhook.EndpointSettings} or {@link io.bellwire.webhook.CallLimits}, {@code
 * EndpointJson}, {@code http.EndpointRequest} and {@code http.EndpointView}, openapi.json, and section 17.1 of
 * PROTOCOL.md. To add an event: {@code EndpointEditor}, and section 17.
 */
@NullMarked
package io.bellwire.webhook;

import org.jspecify.annotations.NullMarked;

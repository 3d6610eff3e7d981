package io.bellwire.delivery;

import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointKeys;
import io.bellwire.webhook.SealedHeaders;
import io.bellwire.webhook.SignatureScheme;
import java.time.Duration;
import java.util.Set;

/**
 * One attempt of a call, without what only its sender knows: the time, the signatures, and the endpoint's own headers,
 * which are encrypted here. Immutable by agreement.
 *
 * @param webhookId names the delivery; the same at each attempt
 * @param contentType of {@code body}
 * @param payload the value of the header {@code Bellwire-Payload}
 * @param isReplay whether it carries again what the endpoint was called with before, which a header says
 * @param body UTF-8; nobody writes to it
 * @param deadline how long the whole call may take
 * @param keys sign the call, by {@code signatures}
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere; a copy for each call would double its cost
public record PreparedCall(
        EndpointId endpoint,
        String url,
        String webhookId,
        String contentType,
        String payload,
        boolean isReplay,
        SealedHeaders headers,
        byte[] body,
        Duration deadline,
        EndpointKeys keys,
        Set<SignatureScheme> signatures) {
    /** The same, signed with other keys. */
    PreparedCall with(EndpointKeys otherKeys) {
        return new PreparedCall(
                endpoint,
                url,
                webhookId,
                contentType,
                payload,
                isReplay,
                headers,
                body,
                deadline,
                otherKeys,
                signatures);
    }
}

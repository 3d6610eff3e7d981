package io.bellwire.webhook;

import java.util.Optional;

/**
 * Which keys sign the calls of an endpoint. The keys themselves are derived from the server's settings key and these
 * salts, so that the log has no secret. Immutable.
 *
 * @param salt of the present keys
 * @param old of those before, while they are still valid
 */
public record EndpointKeys(String salt, Optional<Old> old) {
    /**
     * The keys before a rotation.
     *
     * @param endsMillis until when they sign too, in milliseconds of {@link io.bellwire.log.WriteBatch#steadyMillis}
     */
    public record Old(String salt, long endsMillis) {}
}

package io.bellwire.webhook;

import java.time.Duration;
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
     * @param warnsMillis when the partner is warned that they end; empty once it was
     */
    public record Old(String salt, long endsMillis, Optional<Long> warnsMillis) {
        private static final Duration WARNED_BEFORE = Duration.ofDays(1);

        /** The keys from {@code steadyMillis} on, for {@code overlap}: the warning is a day before, or at half of it. */
        static Old from(String salt, long steadyMillis, Duration overlap) {
            long warned = Math.min(WARNED_BEFORE.toMillis(), overlap.toMillis() / 2);
            long ends = steadyMillis + overlap.toMillis();
            return new Old(salt, ends, Optional.of(ends - warned));
        }

        /** The same, of which the partner was warned. */
        Old warned() {
            return new Old(salt, endsMillis, Optional.empty());
        }
    }
}

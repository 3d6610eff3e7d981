package io.bellwire.webhook;

import java.net.URI;
import java.util.Optional;

/**
 * The URLs of an endpoint: the one that is called, a new one that has not yet answered its challenge, and the one
 * before, which can be taken back for a while. Immutable.
 *
 * @param inUse the URL that is called; empty before the first was confirmed
 * @param pending a new one; {@code inUse} stays in use until it is confirmed
 * @param previous the one before {@code inUse}
 */
public record EndpointUrls(Optional<URI> inUse, Optional<Pending> pending, Optional<Previous> previous) {
    public static final EndpointUrls NONE = new EndpointUrls(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * A URL that has still to answer its challenge.
     *
     * @param challenge the random value that it has to answer
     * @param setMillis when it was set, milliseconds since 1970
     * @param endsMillis when it is given up, in milliseconds of {@link io.bellwire.log.WriteBatch#steadyMillis}
     */
    public record Pending(URI url, String challenge, long setMillis, long endsMillis) {}

    /**
     * A URL that was in use before.
     *
     * @param replacedMillis when another took its place, milliseconds since 1970
     * @param endsMillis until when it can be taken back, in milliseconds of {@link
     *     io.bellwire.log.WriteBatch#steadyMillis}
     */
    public record Previous(URI url, long replacedMillis, long endsMillis) {}
}

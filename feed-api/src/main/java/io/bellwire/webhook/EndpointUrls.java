package io.bellwire.webhook;

import java.util.Optional;

/**
 * The URLs of an endpoint: the one that is called, a new one that has not yet answered its challenge, and an earlier
 * one, which taking back puts in use again for a while. They are kept as text, which takes a quarter of the
 * memory of a parsed URL, and parsed for each call: most endpoints are idle. Immutable.
 *
 * @param inUse the URL that is called; empty before the first was confirmed
 * @param pending a new one; {@code inUse} stays in use until it is confirmed
 * @param previous the one that was in use before the first of the changes that can still be taken back; never {@code
 *     inUse}
 */
public record EndpointUrls(Optional<String> inUse, Optional<Pending> pending, Optional<Previous> previous) {
    public static final EndpointUrls NONE = new EndpointUrls(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * A URL that has still to answer its challenge.
     *
     * @param challenge the random value that it has to answer
     * @param setMillis when it was set, milliseconds since 1970
     * @param endsMillis when it is given up, in milliseconds of {@link io.bellwire.log.WriteBatch#steadyMillis}
     */
    public record Pending(String url, String challenge, long setMillis, long endsMillis) {}

    /**
     * A URL that was in use before.
     *
     * @param replacedMillis when another took its place, milliseconds since 1970
     * @param endsMillis until when it can be put in use again, in milliseconds of {@link
     *     io.bellwire.log.WriteBatch#steadyMillis}; begins anew with each later change
     */
    public record Previous(String url, long replacedMillis, long endsMillis) {}
}

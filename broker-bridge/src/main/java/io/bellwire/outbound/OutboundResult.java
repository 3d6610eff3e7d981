package io.bellwire.outbound;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** How a call has ended. Immutable, but for the bytes of an answer. */
public sealed interface OutboundResult {
    /** From the call to its result. */
    Duration elapsed();

    /** The result of the function for this kind. */
    <T> T fold(Function<Answered, T> answered, Function<Failed, T> failed);

    /**
     * There was an answer, whatever it says. Redirects are answers too.
     *
     * @param status 200 to 599
     * @param retryAfter what a valid Retry-After header asks for, from now; at most 24 hours
     * @param body the first bytes, up to {@link #BODY_BYTES_MAX}
     * @param isTruncated whether there were more, which were not read
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Answered(int status, Optional<Duration> retryAfter, byte[] body, boolean isTruncated, Duration elapsed)
            implements OutboundResult {
        /** How many bytes of an answer are read. */
        public static final int BODY_BYTES_MAX = 16_384;

        @Override
        public <T> T fold(Function<Answered, T> answered, Function<Failed, T> failed) {
            return answered.apply(this);
        }
    }

    /**
     * There was no answer, or no whole one.
     *
     * @param detail why, in a few words for the operator and the partner
     * @param retryAfter the time until the client has room for a call, for {@link Reason#BUSY_TARGET} and {@link
     *     Reason#OVERLOADED}; else zero
     */
    record Failed(Reason reason, String detail, Duration retryAfter, Duration elapsed) implements OutboundResult {
        private static final int DETAIL_LENGTH_MAX = 200;

        public Failed {
            detail = detail.length() > DETAIL_LENGTH_MAX ? detail.substring(0, DETAIL_LENGTH_MAX) : detail;
        }

        @Override
        public <T> T fold(Function<Answered, T> answered, Function<Failed, T> failed) {
            return failed.apply(this);
        }
    }

    /** Why there is no answer. */
    enum Reason {
        /** The URL's text is not one that may be called. */
        FORBIDDEN_URL,
        /** The host's name has no address, or name servers did not answer in time. */
        NO_ADDRESS,
        /** One of the host's addresses must not be called; nothing was connected. */
        FORBIDDEN_ADDRESS,
        /** No connection to any of the host's addresses. */
        CONNECT,
        /** The certificate is not trusted or not the host's, or there was no agreement about TLS. */
        TLS,
        /** The deadline has passed. */
        TIMEOUT,
        /** The connection, or this client, was closed before the answer was complete. */
        CLOSED,
        /** Too many calls to this host or address, under way or within a second; nothing was sent. */
        BUSY_TARGET,
        /** Too many calls in all; nothing was sent. */
        OVERLOADED,
        /** What came is not an answer of HTTP/1.1 within the limits. */
        MALFORMED_ANSWER
    }
}

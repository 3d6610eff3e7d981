package io.bellwire.certify;

import org.jspecify.annotations.Nullable;

/** Produces an answer that breaks a rule, from the answers of the real server behind {@link BreakingProxy}. */
interface Distortion {
    ProxiedResponse answer(ProxiedRequest request, Upstream upstream) throws Exception;

    /** The request that is sent upstream in place of {@code stream}, which opens a stream of events. */
    default ProxiedRequest streamRequest(ProxiedRequest stream) {
        return stream;
    }

    /** The line that replaces a line of a stream; null to drop it. */
    default @Nullable String editLine(String line) {
        return line;
    }

    /** The real server. */
    interface Upstream {
        ProxiedResponse send(ProxiedRequest request) throws Exception;

        /** The operator's token. */
        String operatorToken();
    }
}

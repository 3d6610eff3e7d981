package io.bellwire.certify;

import org.jspecify.annotations.Nullable;

/** How {@link BreakingProxy} gives an answer that breaks a rule, with the help of the server behind it. */
interface Distortion {
    Told answer(Asked asked, Upstream upstream) throws Exception;

    /** What is asked for in place of {@code stream}, which is for a stream of events. */
    default Asked opening(Asked stream) {
        return stream;
    }

    /** What comes in place of a line of a stream; null for nothing. */
    default @Nullable String streamed(String line) {
        return line;
    }

    /** The real server. */
    interface Upstream {
        Told ask(Asked asked) throws Exception;

        /** The operator's token. */
        String operatorToken();
    }
}

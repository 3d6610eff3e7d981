package io.bellwire.certify;

/** How {@link BreakingProxy} gives an answer that breaks a rule, with the help of the server behind it. */
interface Distortion {
    Told answer(Asked asked, Upstream upstream) throws Exception;

    /** The real server. */
    interface Upstream {
        Told ask(Asked asked) throws Exception;

        /** The operator's token. */
        String operatorToken();
    }
}

package io.bellwire.certify;

/**
 * One rule and how it is checked. Immutable.
 *
 * @param id stable, in lower case with hyphens
 * @param rule one sentence of the protocol
 */
record Case(String id, String rule, Check check) {
    /** Returns if the server keeps the rule. */
    interface Check {
        /** Fails with {@link Broken} if it does not, {@link Skipped} if that cannot be told here, or with whatever kept it from finding out. */
        void run(Setting setting) throws Exception;
    }
}

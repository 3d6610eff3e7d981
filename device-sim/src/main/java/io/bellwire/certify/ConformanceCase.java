package io.bellwire.certify;

/**
 * One rule and how it is checked. Immutable.
 *
 * @param id stable, in lower case with hyphens
 * @param rule one sentence of the protocol
 */
record ConformanceCase(String id, String rule, Check check) {
    /** Returns if the server keeps the rule. */
    interface Check {
        /** Fails with {@link RuleViolation} if it does not, {@link SkippedCase} if that cannot be told here, or with whatever kept it from finding out. */
        void run(CaseContext setting) throws Exception;
    }
}

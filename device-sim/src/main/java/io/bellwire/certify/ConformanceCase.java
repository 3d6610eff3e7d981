package io.bellwire.certify;

/**
 * One rule of the protocol and its check. Immutable.
 *
 * @param number from 1; never changes
 * @param id never changes; lower case with hyphens
 * @param rule the sentence in the protocol's table
 */
record ConformanceCase(int number, String id, String rule, Check check) {
    /** Returns if the server keeps the rule. */
    interface Check {
        /**
         * Throws {@link RuleViolation} if the server breaks the rule, {@link SkippedCase} if the rule cannot be checked
         * here, and any other exception if the check itself fails.
         */
        void run(CaseContext context) throws Exception;
    }
}

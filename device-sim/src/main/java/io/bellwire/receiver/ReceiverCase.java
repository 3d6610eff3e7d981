package io.bellwire.receiver;

import io.bellwire.certify.RuleViolation;
import java.util.function.Consumer;

/**
 * One rule for receivers and its check. Immutable.
 *
 * @param number from 1; never changes
 * @param id never changes; lower case with hyphens
 * @param rule the sentence in WEBHOOKS.md
 */
record ReceiverCase(int number, String id, String rule, Check check) {
    /** Returns if the receiver keeps the rule. */
    interface Check {
        void run(Run run) throws RuleViolation, InterruptedException;
    }

    /**
     * What a check uses. Immutable.
     *
     * @param warn takes what is not good and no violation either, in one line
     */
    record Run(ReceiverCaller caller, SampleCalls calls, String order, Consumer<String> warn) {
        CallReply call(SampleCall call) throws RuleViolation, InterruptedException {
            return caller.call(call);
        }

        /** One change with data, of an order whose name begins with the case's id. */
        SampleCall full() {
            return calls.full(newOrder());
        }

        String newOrder() {
            return order + "-" + calls.name();
        }
    }
}

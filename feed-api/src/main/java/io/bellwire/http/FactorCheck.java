package io.bellwire.http;

import io.bellwire.factor.FactorResult;
import io.bellwire.factor.SecondFactors;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.Write;
import io.bellwire.log.WriteSubmitter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Submits the writes of calls that need a code of a second factor, in the header {@code Bellwire-Code}. A call without
 * the right code is answered with a problem, and its write is not made. Thread-safe.
 */
final class FactorCheck {
    static final String CODE_HEADER = "Bellwire-Code";

    private final SecondFactors factors;
    private final EventLog events;
    private final Set<ProtectedOperation> operations;

    /** @param operations what operators may do only with a code */
    FactorCheck(SecondFactors factors, EventLog events, Set<ProtectedOperation> operations) {
        this.factors = factors;
        this.events = events;
        this.operations = operations;
    }

    /** Makes the write if the call has a code of the caller's second factor; a caller without one is refused. */
    <T> CompletionStage<T> protect(ApiCall call, Write<T> write) {
        return protect(call, call.caller().factorAccount(), write);
    }

    /** Makes the write if the call has a code of the account's second factor. */
    <T> CompletionStage<T> protect(ApiCall call, FeedId account, Write<T> write) {
        return factors.require(account, code(call), write).thenApply(result -> passed(account, result));
    }

    /** The same as {@link #protect(ApiCall, Write)}, only that a caller without a second factor needs none. */
    <T> CompletionStage<T> protectIfConfirmed(ApiCall call, Write<T> write) {
        FeedId account = call.caller().factorAccount();
        return factors.requireIfConfirmed(account, code(call), write).thenApply(result -> passed(account, result));
    }

    /** What takes the writes of a call that does this: they need a code if the server's options say so. */
    WriteSubmitter submitter(ApiCall call, ProtectedOperation operation) {
        return isProtected(call, operation) ? submitterWithCode(call) : events::submit;
    }

    boolean isProtected(ApiCall call, ProtectedOperation operation) {
        return call.caller().isOperator() && operations.contains(operation);
    }

    private WriteSubmitter submitterWithCode(ApiCall call) {
        return new WriteSubmitter() {
            @Override
            public <T> CompletionStage<T> submit(Write<T> write) {
                return protect(call, write);
            }
        };
    }

    private static Optional<String> code(ApiCall call) {
        return call.header(CODE_HEADER);
    }

    /** The result of the write; throws the problem if it was refused. */
    static <T> T passed(FeedId account, FactorResult<T> result) {
        return result.fold(FactorResult.Passed::result, refused -> {
            throw new ProblemException(problem(account, refused));
        });
    }

    private static Problem problem(FeedId account, FactorResult.Refused<?> refused) {
        return switch (refused.why()) {
            case NOT_CONFIRMED ->
                Problem.secondFactorRequired("this takes a code of the second factor of " + account
                        + ", which has none: enrol and confirm it first");
            case CODE_MISSING ->
                Problem.secondFactorRequired(
                        "this takes a code of the second factor of " + account + " in the header " + CODE_HEADER);
            case CODE_WRONG ->
                Problem.secondFactorWrong(
                        "the code is not valid now for the second factor of " + account + ", or was used before");
            case TOO_MANY_ATTEMPTS ->
                Problem.rateLimited(
                        "too many wrong codes for the second factor of " + account + ": wait for Retry-After",
                        refused.delay());
            case NOTHING_TO_CONFIRM ->
                Problem.conflict("there is no second factor of " + account + " that waits for its confirmation");
            case CHANGED_MEANWHILE -> changedMeanwhile(account);
        };
    }

    /** Another request has changed the factor; nothing was written, and the code was not used. */
    static Problem changedMeanwhile(FeedId account) {
        return Problem.conflict("another request has changed the second factor of " + account + ": repeat this one");
    }
}

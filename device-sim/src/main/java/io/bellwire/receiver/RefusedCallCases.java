package io.bellwire.receiver;

import io.bellwire.certify.RuleViolation;
import io.bellwire.receiver.ReceiverCase.Run;
import java.time.Duration;
import java.util.List;

/** Cases about calls that a receiver has to refuse with 4xx, as they need not be Bellwire's. */
final class RefusedCallCases {
    private static final Duration SIX_MINUTES = Duration.ofMinutes(6);

    static final List<ReceiverCase> ALL = List.of(
            new ReceiverCase(
                    21,
                    "challenge-without-signature-refused",
                    "A challenge with a wrong signature is refused with 4xx: else anybody could point an endpoint at the receiver.",
                    RefusedCallCases::challengeRefused),
            new ReceiverCase(
                    22,
                    "missing-signature-refused",
                    "A call without `webhook-signature` is refused with 4xx.",
                    run -> run.call(run.full().without(SampleCall.SIGNATURE))
                            .expectRefused("a call without a signature")),
            new ReceiverCase(
                    23,
                    "malformed-signature-refused",
                    "A call whose `webhook-signature` is malformed is refused with 4xx.",
                    RefusedCallCases::malformedSignatureRefused),
            new ReceiverCase(
                    24,
                    "wrong-signature-refused",
                    "A call that was signed with another secret is refused with 4xx.",
                    RefusedCallCases::wrongSignatureRefused),
            new ReceiverCase(
                    25,
                    "tampered-body-refused",
                    "A call whose body was changed after it was signed is refused with 4xx, even if only white space was added.",
                    RefusedCallCases::tamperedBodyRefused),
            new ReceiverCase(
                    26,
                    "other-id-refused",
                    "A call whose `webhook-id` is not the signed one is refused with 4xx.",
                    RefusedCallCases::otherIdRefused),
            new ReceiverCase(
                    27,
                    "other-timestamp-refused",
                    "A call whose `webhook-timestamp` is not the signed one is refused with 4xx.",
                    RefusedCallCases::otherTimestampRefused),
            new ReceiverCase(
                    28,
                    "old-timestamp-refused",
                    "A signed call whose `webhook-timestamp` is 6 minutes old is refused with 4xx.",
                    run -> run.call(run.calls().full(run.newOrder(), SIX_MINUTES.negated()))
                            .expectRefused("a call that is 6 minutes old")),
            new ReceiverCase(
                    29,
                    "future-timestamp-refused",
                    "A signed call whose `webhook-timestamp` is 6 minutes ahead is refused with 4xx.",
                    run -> run.call(run.calls().full(run.newOrder(), SIX_MINUTES))
                            .expectRefused("a call from 6 minutes ahead")));

    private RefusedCallCases() {}

    private static void challengeRefused(Run run) throws RuleViolation, InterruptedException {
        SampleCall call = run.calls().challenge(run.calls().name());
        run.call(call.with(SampleCall.SIGNATURE, run.calls().wrongSignature(call)))
                .expectRefused("a challenge with a wrong signature");
    }

    private static void malformedSignatureRefused(Run run) throws RuleViolation, InterruptedException {
        for (String malformed : List.of("v1", "v1,", "v1,!", ",", "QUJD")) {
            run.call(run.full().with(SampleCall.SIGNATURE, malformed))
                    .expectRefused("a call with the signature " + malformed);
        }
    }

    private static void wrongSignatureRefused(Run run) throws RuleViolation, InterruptedException {
        SampleCall call = run.full();
        run.call(call.with(SampleCall.SIGNATURE, run.calls().wrongSignature(call)))
                .expectRefused("a call with a wrong signature");
    }

    private static void tamperedBodyRefused(Run run) throws RuleViolation, InterruptedException {
        SampleCall call = run.full();
        run.call(call.withBody(call.body().replace("\"new\"", "\"ready\""))).expectRefused("a changed body");
        run.call(call.withBody(call.body() + "\n")).expectRefused("a body with one more line feed");
    }

    private static void otherIdRefused(Run run) throws RuleViolation, InterruptedException {
        SampleCall call = run.full();
        run.call(call.with(SampleCall.ID, call.header(SampleCall.ID) + "0")).expectRefused("a call with another id");
    }

    private static void otherTimestampRefused(Run run) throws RuleViolation, InterruptedException {
        SampleCall call = run.full();
        long timestamp = Long.parseLong(call.header(SampleCall.TIMESTAMP));
        run.call(call.with(SampleCall.TIMESTAMP, Long.toString(timestamp + 1)))
                .expectRefused("a call with another timestamp");
    }
}

package io.bellwire.receiver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.certify.Expect;
import io.bellwire.certify.RuleViolation;
import io.bellwire.receiver.ReceiverCase.Run;
import java.util.ArrayList;
import java.util.List;

/** Cases about calls that a receiver has to answer with 2xx. */
final class AcceptedCallCases {
    static final List<ReceiverCase> ALL = List.of(
            new ReceiverCase(
                    1,
                    "challenge-answered",
                    "A challenge is answered with 2xx and the challenge's value, as `{\"challenge\":\"VALUE\"}` or as plain text.",
                    AcceptedCallCases::challengeAnswered),
            new ReceiverCase(
                    2,
                    "call-received",
                    "A signed call with one change is answered with 2xx within the deadline.",
                    run -> run.call(run.full()).expectReceived("a signed call")),
            new ReceiverCase(
                    3,
                    "answers-in-time",
                    "20 calls, one after the other, are each answered within the deadline. More than a third of it is a warning.",
                    AcceptedCallCases::answersInTime),
            new ReceiverCase(
                    4, "batch-received", "A batch of changes is answered with 2xx.", AcceptedCallCases::batchReceived),
            new ReceiverCase(5, "event-received", "A change without `data` is answered with 2xx.", run -> run.call(
                            run.calls().thin(run.calls().thinChange(run.newOrder())))
                    .expectReceived("a change without data")),
            new ReceiverCase(6, "signal-received", "A signal is answered with 2xx.", run -> run.call(
                            run.calls().signal())
                    .expectReceived("a signal")),
            new ReceiverCase(7, "test-received", "A test event is answered with 2xx.", run -> run.call(
                            run.calls().test())
                    .expectReceived("a test event")),
            new ReceiverCase(
                    8,
                    "unknown-type-received",
                    "An event of a type that the receiver does not know is answered with 2xx.",
                    AcceptedCallCases::unknownTypeReceived),
            new ReceiverCase(
                    9,
                    "unknown-members-received",
                    "A change with members that the receiver does not know is answered with 2xx.",
                    AcceptedCallCases::unknownMembersReceived),
            new ReceiverCase(
                    10,
                    "unknown-headers-received",
                    "A call with headers that the receiver does not know is answered with 2xx.",
                    run -> run.call(run.full().with("X-Certify", "1").with("Traceparent", "00-0-0-00"))
                            .expectReceived("a call with more headers")),
            new ReceiverCase(
                    11,
                    "raw-body-verified",
                    "The signature is verified over the bytes of the body, whatever white space they contain.",
                    AcceptedCallCases::rawBodyVerified),
            new ReceiverCase(
                    12,
                    "second-signature-counts",
                    "A call whose second signature is valid, and whose first is not, is answered with 2xx: secrets rotate.",
                    AcceptedCallCases::secondSignatureCounts),
            new ReceiverCase(
                    13,
                    "unknown-signature-ignored",
                    "A signature of an unknown version next to a valid one is ignored.",
                    AcceptedCallCases::unknownSignatureIgnored),
            new ReceiverCase(
                    14,
                    "repetition-received",
                    "The same call, sent again with a new timestamp, is answered with 2xx again.",
                    AcceptedCallCases::repetitionReceived),
            new ReceiverCase(
                    15,
                    "late-change-received",
                    "A change of an order that arrives after a later change of the same order is answered with 2xx.",
                    AcceptedCallCases::lateChangeReceived),
            new ReceiverCase(
                    16,
                    "parallel-received",
                    "Two calls at the same time are both answered with 2xx.",
                    AcceptedCallCases::parallelReceived),
            new ReceiverCase(
                    17,
                    "large-body-answered",
                    "A body of 64 KiB is answered with 2xx or 413.",
                    AcceptedCallCases::largeBodyAnswered),
            new ReceiverCase(
                    18,
                    "connections-alike",
                    "25 calls on one connection, and calls on new connections, are answered with 2xx.",
                    AcceptedCallCases::connectionsAlike),
            new ReceiverCase(
                    19,
                    "no-redirect",
                    "A call is not answered with 3xx: redirects are not followed.",
                    AcceptedCallCases::noRedirect),
            new ReceiverCase(
                    20, "small-answer", "The body of an answer has at most 16 KiB.", AcceptedCallCases::smallAnswer));

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMED_CALLS = 20;
    private static final int CONNECTION_CALLS = 25;
    private static final int NEW_CONNECTIONS = 3;
    private static final int LARGE_BODY = 64 << 10;

    private AcceptedCallCases() {}

    private static void challengeAnswered(Run run) throws RuleViolation, InterruptedException {
        String value = run.calls().name() + run.calls().name();
        CallReply reply = run.call(run.calls().challenge(value)).expectReceived("a challenge");
        boolean isAnswered = reply.body().strip().equals(value);
        try {
            isAnswered |= JSON.readTree(reply.body()).path("challenge").asText().equals(value);
        } catch (JsonProcessingException plainText) {
            // then only the value itself will do
        }
        Expect.that(isAnswered, "the challenge's value " + value + " in the answer", reply);
    }

    private static void answersInTime(Run run) throws RuleViolation, InterruptedException {
        long slowest = 0;
        for (int i = 0; i < TIMED_CALLS; i++) {
            CallReply reply = run.call(run.full()).expectReceived("call " + (i + 1) + " of " + TIMED_CALLS);
            slowest = Math.max(slowest, reply.millis());
        }
        if (slowest > run.caller().deadline().toMillis() / 3) {
            run.warn()
                    .accept("the slowest of " + TIMED_CALLS + " answers took " + slowest + " ms, and "
                            + run.caller().deadline().toMillis()
                            + " ms is the deadline: receive first, and work afterwards");
        }
    }

    private static void batchReceived(Run run) throws RuleViolation, InterruptedException {
        List<ObjectNode> changes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            changes.add(run.calls().change(run.newOrder()));
        }
        run.call(run.calls().batch(changes)).expectReceived("a batch of 3 changes");
    }

    private static void unknownTypeReceived(Run run) throws RuleViolation, InterruptedException {
        ObjectNode change = run.calls().change(run.newOrder()).put("type", "com.example.certify.unknown");
        run.call(run.calls().full(change)).expectReceived("an event of an unknown type");
    }

    private static void unknownMembersReceived(Run run) throws RuleViolation, InterruptedException {
        ObjectNode change = run.calls().change(run.newOrder()).put("certifyextension", "1");
        ((ObjectNode) change.path("data")).putObject("certify").put("unknown", true);
        run.call(run.calls().full(change)).expectReceived("a change with unknown members");
    }

    private static void rawBodyVerified(Run run) throws RuleViolation, InterruptedException {
        SampleCall plain = run.full();
        String spaced = "{ " + plain.body().substring(1).replace("\":", "\" :\n\t") + " \n";
        run.call(run.calls().signed(plain.header(SampleCall.ID), "full", plain.header("Content-Type"), spaced))
                .expectReceived("a signed body with more white space");
    }

    private static void secondSignatureCounts(Run run) throws RuleViolation, InterruptedException {
        SampleCall call = run.full();
        String both = run.calls().wrongSignature(call) + " " + call.header(SampleCall.SIGNATURE);
        run.call(call.with(SampleCall.SIGNATURE, both)).expectReceived("a call whose second signature is valid");
    }

    private static void unknownSignatureIgnored(Run run) throws RuleViolation, InterruptedException {
        SampleCall call = run.full();
        run.call(call.with(SampleCall.SIGNATURE, call.header(SampleCall.SIGNATURE) + " v9,QUJD"))
                .expectReceived("a call with a valid signature and one of version v9");
    }

    private static void repetitionReceived(Run run) throws RuleViolation, InterruptedException {
        ObjectNode change = run.calls().change(run.newOrder());
        run.call(run.calls().full(change)).expectReceived("a call");
        run.call(run.calls().full(change)).expectReceived("the same call again");
    }

    private static void lateChangeReceived(Run run) throws RuleViolation, InterruptedException {
        String order = run.newOrder();
        ObjectNode first = run.calls().change(order);
        ObjectNode second = run.calls().change(order).put("type", "io.bellwire.order.updated");
        ((ObjectNode) second.path("data")).put("version", 2);
        run.call(run.calls().full(second)).expectReceived("the second change of an order");
        run.call(run.calls().full(first)).expectReceived("the first change of an order, after its second");
    }

    private static void parallelReceived(Run run) throws RuleViolation, InterruptedException {
        for (CallReply reply : run.caller().callAll(List.of(run.full(), run.full()))) {
            reply.expectReceived("each of two calls at the same time");
        }
    }

    private static void largeBodyAnswered(Run run) throws RuleViolation, InterruptedException {
        ObjectNode change = run.calls().change(run.newOrder());
        ObjectNode data = (ObjectNode) change.path("data");
        data.put("data", "");
        data.put("data", "x".repeat(LARGE_BODY - change.toString().length()));
        CallReply reply = run.call(run.calls().full(change));
        Expect.that(reply.isReceived() || reply.status() == 413, "2xx or 413 to a body of 64 KiB", reply);
    }

    private static void connectionsAlike(Run run) throws RuleViolation, InterruptedException {
        for (int i = 1; i <= CONNECTION_CALLS; i++) {
            run.call(run.full()).expectReceived("call " + i + " on one connection");
        }
        for (int i = 0; i < NEW_CONNECTIONS; i++) {
            run.caller().onNewConnection().call(run.full()).expectReceived("a call on a new connection");
        }
    }

    private static void noRedirect(Run run) throws RuleViolation, InterruptedException {
        CallReply reply = run.call(run.full());
        Expect.that(reply.status() < 300 || reply.status() > 399, "no redirect", reply);
    }

    private static void smallAnswer(Run run) throws RuleViolation, InterruptedException {
        CallReply reply = run.call(run.full());
        Expect.that(reply.bodyBytes() <= CallReply.BODY_BYTES_MAX, "an answer of at most 16 KiB", "more than that");
    }
}

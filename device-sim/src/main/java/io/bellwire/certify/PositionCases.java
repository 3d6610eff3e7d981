package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Cases about acknowledgements and the positions that the operator sees. */
final class PositionCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    20,
                    "ack-moves-up-only",
                    "A lower acknowledgement is accepted and changes nothing.",
                    PositionCases::ackMovesUpOnly),
            new ConformanceCase(
                    21,
                    "ack-ahead-is-conflict",
                    "An acknowledgement ahead of the head is 409 and moves nothing.",
                    PositionCases::ackAheadIsConflict),
            new ConformanceCase(
                    22,
                    "ack-other-epoch-is-reset",
                    "An acknowledgement with a cursor of another log is 410.",
                    PositionCases::ackOtherEpochIsReset),
            new ConformanceCase(
                    23,
                    "positions-are-shown",
                    "A device shows received, processed, head and pending = head - processed.",
                    PositionCases::positionsAreShown),
            new ConformanceCase(
                    24,
                    "ack-cursor-not-in-log-is-reset",
                    "An acknowledgement with a cursor whose chain is not the log's is 410 and moves nothing.",
                    PositionCases::ackCursorNotInLogIsReset));

    private PositionCases() {}

    private static void ackMovesUpOnly(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(3);
        List<JsonNode> changes = device.http().get(device.feed()).changes();
        String first = changes.get(0).path("id").asText();
        String third = changes.get(2).path("id").asText();
        expectProcessed(3, device.acknowledge(third));
        expectProcessed(3, device.acknowledge(first));
        expectProcessed(3, device.acknowledge(third));
        Expect.same(
                "processed", 3L, registration(context, device).path("processed").asLong());
    }

    private static void expectProcessed(long revision, HttpReply reply) throws RuleViolation {
        JsonNode positions = reply.expect(200).json();
        Expect.same("processed", revision, positions.path("processed").asLong(-1));
        Expect.that(
                positions.path("received").isIntegralNumber()
                        && positions.path("head").isIntegralNumber(),
                "received and head as revisions",
                positions);
    }

    private static JsonNode registration(CaseContext context, TestDevice device) throws Exception {
        return context.operator().get(device.path()).expect(200).json();
    }

    private static void ackAheadIsConflict(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(1);
        String head = device.http().get(device.feed()).cursor();
        device.acknowledge(ResetCases.ahead(head, 1)).problem(409, "conflict");
        Expect.same(
                "processed", 0L, registration(context, device).path("processed").asLong(-1));
    }

    private static void ackOtherEpochIsReset(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(1);
        String head = device.http().get(device.feed()).cursor();
        ResetCases.expectReset(device.acknowledge(ResetCases.withOtherEpoch(head)), "epoch-changed");
    }

    private static void ackCursorNotInLogIsReset(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(2);
        String head = device.http().get(device.feed()).cursor();
        ResetCases.expectReset(device.acknowledge(ResetCases.withOtherChain(head)), "cursor-not-in-log");
        Expect.same(
                "processed", 0L, registration(context, device).path("processed").asLong(-1));
    }

    private static void positionsAreShown(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(3);
        expectPositions(registration(context, device), 0, 0, 3);
        String second = device.http().get(device.feed() + "?limit=2").cursor();
        expectPositions(registration(context, device), 2, 0, 3);
        device.acknowledge(second).expect(200);
        expectPositions(device.http().get(device.path()).expect(200).json(), 2, 2, 3);
    }

    private static void expectPositions(JsonNode registration, long received, long processed, long head)
            throws RuleViolation {
        Expect.same("received", received, registration.path("received").asLong(-1));
        Expect.same("processed", processed, registration.path("processed").asLong(-1));
        Expect.same("head", head, registration.path("head").asLong(-1));
        Expect.same("pending", head - processed, registration.path("pending").asLong(-1));
    }
}

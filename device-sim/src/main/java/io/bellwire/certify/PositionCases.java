package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Acknowledging, and what the operator sees of it. */
final class PositionCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    "ack-moves-up-only",
                    "A lower acknowledgement is accepted and changes nothing.",
                    PositionCases::ackMovesUpOnly),
            new ConformanceCase(
                    "ack-ahead-is-conflict",
                    "An acknowledgement ahead of the head is 409 and moves nothing.",
                    PositionCases::ackAheadIsConflict),
            new ConformanceCase(
                    "ack-other-epoch-is-reset",
                    "An acknowledgement with a cursor of another log is 410.",
                    PositionCases::ackOtherEpochIsReset),
            new ConformanceCase(
                    "positions-are-shown",
                    "A device shows received, processed, head and pending = head - processed.",
                    PositionCases::positionsAreShown),
            new ConformanceCase(
                    "ack-cursor-not-in-log-is-reset",
                    "An acknowledgement with a cursor whose chain is not the log's is 410 and moves nothing.",
                    PositionCases::ackCursorNotInLogIsReset));

    private PositionCases() {}

    private static void ackMovesUpOnly(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(3);
        List<JsonNode> changes = machine.http().get(machine.feed()).changes();
        String first = changes.get(0).path("id").asText();
        String third = changes.get(2).path("id").asText();
        expectProcessed(third, machine.acknowledge(third));
        expectProcessed(third, machine.acknowledge(first));
        expectProcessed(third, machine.acknowledge(third));
        Expect.same("processed", 3L, shown(setting, machine).path("processed").asLong());
    }

    private static void expectProcessed(String cursor, HttpReply reply) throws RuleViolation {
        JsonNode positions = reply.expect(200).json();
        Expect.same("processed", cursor, positions.path("processed").asText());
        Expect.that(
                positions.path("received").isTextual() && positions.path("head").isTextual(),
                "received and head as cursors",
                positions);
    }

    private static JsonNode shown(CaseContext setting, TestDevice machine) throws Exception {
        return setting.operator().get(machine.path()).expect(200).json();
    }

    private static void ackAheadIsConflict(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(1);
        String head = machine.http().get(machine.feed()).cursor();
        machine.acknowledge(ResetCases.ahead(head, 1)).problem(409, "conflict");
        Expect.same("processed", 0L, shown(setting, machine).path("processed").asLong(-1));
    }

    private static void ackOtherEpochIsReset(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(1);
        String head = machine.http().get(machine.feed()).cursor();
        ResetCases.expectReset(machine.acknowledge(ResetCases.ofAnotherLog(head)), "epoch-changed");
    }

    private static void ackCursorNotInLogIsReset(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(2);
        String head = machine.http().get(machine.feed()).cursor();
        ResetCases.expectReset(machine.acknowledge(ResetCases.ofAnotherEnd(head)), "cursor-not-in-log");
        Expect.same("processed", 0L, shown(setting, machine).path("processed").asLong(-1));
    }

    private static void positionsAreShown(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(3);
        expectShown(shown(setting, machine), 0, 0, 3);
        String second = machine.http().get(machine.feed() + "?limit=2").cursor();
        expectShown(shown(setting, machine), 2, 0, 3);
        machine.acknowledge(second).expect(200);
        expectShown(machine.http().get(machine.path()).expect(200).json(), 2, 2, 3);
    }

    private static void expectShown(JsonNode shown, long received, long processed, long head) throws RuleViolation {
        Expect.same("received", received, shown.path("received").asLong(-1));
        Expect.same("processed", processed, shown.path("processed").asLong(-1));
        Expect.same("head", head, shown.path("head").asLong(-1));
        Expect.same("pending", head - processed, shown.path("pending").asLong(-1));
    }
}

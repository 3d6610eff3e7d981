package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcknowledgementTest {
    private static ApiFixture server;
    private ApiFixture.Device grill;
    private List<String> cursors;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void threeOrders() {
        grill = server.register("grill");
        server.orders(grill, 3);
        cursors = IntStream.rangeClosed(0, 3)
                .mapToObj(revision -> server.cursorAt(grill, revision))
                .toList();
        grill.client().get(grill.feed() + "?limit=1").expect(200);
    }

    private CheckedResponse acknowledge(String cursor) {
        return grill.client().postJson(grill.path() + "/acks", "{\"processed\":\"" + cursor + "\"}");
    }

    private void expectPositions(CheckedResponse answer, int received, int processed) {
        JsonNode positions = answer.expect(200).json();
        assertEquals(received, positions.path("received").asLong(-1));
        assertEquals(processed, positions.path("processed").asLong(-1));
        assertEquals(3, positions.path("head").asLong(-1));
        assertEquals(3, positions.size());
    }

    @Test
    void positionMovesUpAndNeverBack() {
        expectPositions(acknowledge(cursors.get(0)), 1, 0);
        expectPositions(acknowledge(cursors.get(2)), 2, 2);
        expectPositions(acknowledge(cursors.get(1)), 2, 2);
        expectPositions(acknowledge(cursors.get(2)), 2, 2);
        expectPositions(acknowledge(cursors.get(3)), 3, 3);
        assertEquals(0, grill.client().get(grill.path()).json().path("pending").asInt());
    }

    private static double writes() {
        return server.meters().get("bellwire.log.group.writes").summary().totalAmount();
    }

    @Test
    void whatIsKnownIsNotWrittenAgain() {
        acknowledge(cursors.get(2)).expect(200);
        double before = writes();

        expectPositions(acknowledge(cursors.get(2)), 2, 2);

        assertEquals(before, writes());
    }

    @Test
    void positionDoesNotDecideWhatTheFeedServes() {
        acknowledge(cursors.get(3)).expect(200);

        assertEquals(3, grill.client().get(grill.feed()).revisions().size());
    }

    @Test
    void positionAheadOfTheHeadIsRefused() {
        acknowledge(Cursors.madeUp(cursors.get(3), 4)).expectProblem(409, "conflict", "ahead");
        assertEquals(
                0, grill.client().get(grill.path()).json().path("processed").asInt());
    }

    @Test
    void positionInAnotherEpochIsReset() {
        CheckedResponse reset = acknowledge("aaaaaaaaaa.1.0000001");

        reset.expectProblem(410, "reset", "another feed or another log");
        assertEquals("epoch-changed", reset.json().path("reason").asText());
        assertEquals(grill.path() + "/orders", reset.json().path("snapshot").asText());
        assertEquals(cursors.get(0), reset.json().path("earliest").asText());
    }

    @Test
    void positionOfAnotherFeedIsReset() {
        ApiFixture.Device fryer = server.register("fryer");
        server.orders(fryer, 3);

        CheckedResponse reset = acknowledge(server.cursorAt(fryer, 2));

        reset.expectProblem(410, "reset", "another feed");
        assertEquals("epoch-changed", reset.text("reason"));
    }

    @Test
    void positionThatTheLogHasNotIsResetAndMovesNothing() {
        for (int revision = 1; revision <= 3; revision++) {
            CheckedResponse reset = acknowledge(Cursors.ofAnotherLog(cursors.get(revision)));

            reset.expectProblem(410, "reset", "not in the log");
            assertEquals("cursor-not-in-log", reset.text("reason"));
            assertEquals(cursors.get(0), reset.text("earliest"));
        }
        assertEquals("0", grill.client().get(grill.path()).text("processed"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | processed must be",
                "{'processed':3} | processed must be",
                "{'processed':null} | processed must be",
                "{'processed':''} | processed is not a cursor",
                "{'processed':'3'} | processed is not a cursor",
                "{'processed':'x.3'} | processed is not a cursor",
                "{'processed':'aaaaaaaaaa.3'} | processed is not a cursor",
                "{'processed':'aaaaaaaaaa.1.0000001','received':'x'} | unknown field \"received\"",
                "[] | JSON object",
                "x | not valid JSON",
            })
    void malformedAcknowledgementIsRefused(String json, String detail) {
        grill.client()
                .postJson(grill.path() + "/acks", json.replace('\'', '"'))
                .expectProblem(400, "invalid-request", detail);
    }

    @Test
    void otherContentTypeAndLargeBodyAreRefused() {
        grill.client().postAs("text/plain", grill.path() + "/acks", "{}").expect(415);
        grill.client().postJson(grill.path() + "/acks", " ".repeat(2_000)).expectProblem(413, "too-large", "1024");
    }

    @Test
    void operatorMayAcknowledgeForTheDevice() {
        server.operator()
                .postJson(grill.path() + "/acks", "{\"processed\":\"" + cursors.get(1) + "\"}")
                .expect(200);
        server.operator()
                .postJson("/v1/devices/nobody/acks", "{\"processed\":\"" + cursors.get(1) + "\"}")
                .expect(404);
    }
}

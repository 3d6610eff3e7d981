package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.NOW;
import static io.bellwire.receiver.CallFixture.OTHER_SECRET;
import static io.bellwire.receiver.CallFixture.SECRET;
import static io.bellwire.receiver.CallFixture.batch;
import static io.bellwire.receiver.CallFixture.callOf;
import static io.bellwire.receiver.CallFixture.challenge;
import static io.bellwire.receiver.CallFixture.change;
import static io.bellwire.receiver.CallFixture.cursor;
import static io.bellwire.receiver.CallFixture.event;
import static io.bellwire.receiver.CallFixture.headers;
import static io.bellwire.receiver.CallFixture.request;
import static io.bellwire.receiver.CallFixture.signed;
import static io.bellwire.receiver.CallFixture.thin;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a receiver without faults makes of calls: whom it believes, what it applies, and that it applies it once. */
class ReceiverTest {
    private final ReceiverSettings calls = ReceiverSettings.of(ReceiverKey.parse(SECRET));
    private final ReceiverSettings reading = new ReceiverSettings(calls.keys(), true, "acme", ReceiverFaults.NONE);
    private Receiver receiver = receiver(calls);

    private static Receiver receiver(ReceiverSettings settings) {
        return new Receiver(settings, List.of(), new SplittableRandom(7));
    }

    private Receiver.Plan handle(ReceivedRequest request) {
        Receiver.Plan plan = receiver.receive(request, NOW, NOW);
        receiver.commit(plan);
        return plan;
    }

    private void assertRefused(Map<String, String> headers, String body) {
        Receiver.Plan plan = handle(request(headers, body));
        assertEquals(401, plan.answer().status(), () -> headers + " " + plan.answer());
        assertNull(plan.work());
        assertEquals(CallOutcome.REFUSED, plan.result());
    }

    @Test
    void signedChangeIsApplied() {
        Receiver.Plan plan = handle(callOf(1));

        assertEquals(204, plan.answer().status());
        assertEquals(
                List.of("order-1"),
                plan.toPrint().stream().map(CallEvent::subject).toList());
        assertEquals(
                new AppliedWork(
                        "k3v9x2m4qd-1", List.of(new AppliedChange(CallFixture.FEED, cursor(1), "order-1", 1)), null),
                plan.work());
    }

    @Test
    void callThatIsNotTheSendersIsRefused() {
        String body = change(1).toString();
        Map<String, String> good = headers(SECRET, "k3v9x2m4qd-1", NOW, body);

        assertRefused(headers(OTHER_SECRET, "k3v9x2m4qd-1", NOW, body), body);
        assertRefused(good, change(2).toString());
        for (String name : good.keySet()) {
            Map<String, String> without = headers(SECRET, "k3v9x2m4qd-1", NOW, body);
            without.remove(name);
            assertRefused(without, body);
        }
        Map<String, String> otherId = headers(SECRET, "k3v9x2m4qd-1", NOW, body);
        otherId.put("Webhook-Id", "k3v9x2m4qd-2");
        assertRefused(otherId, body);
        Map<String, String> otherTime = headers(SECRET, "k3v9x2m4qd-1", NOW, body);
        otherTime.put("Webhook-Timestamp", Long.toString(NOW.getEpochSecond() + 1));
        assertRefused(otherTime, body);
        for (String malformed : List.of(
                "v1", "v1,", "v1,!", ",", "v1a," + good.get("Webhook-Signature").substring(3))) {
            Map<String, String> headers = headers(SECRET, "k3v9x2m4qd-1", NOW, body);
            headers.put("Webhook-Signature", malformed);
            assertRefused(headers, body);
        }
        assertEquals(204, handle(request(good, body)).answer().status());
    }

    /** Else a full stop could be moved from the id to the timestamp without a change of what is signed. */
    @Test
    void idWithAFullStopIsRefused() {
        String body = change(1).toString();

        assertRefused(headers(SECRET, "k3v9x2m4qd.1", NOW, body), body);
    }

    @Test
    void timestampMayBeFiveMinutesFromNow() {
        String body = change(1).toString();
        Duration limit = Duration.ofMinutes(5);

        for (Instant at : List.of(NOW.minus(limit), NOW.plus(limit))) {
            assertEquals(
                    204,
                    handle(request(headers(SECRET, "a", at, body), body))
                            .answer()
                            .status());
        }
        assertRefused(headers(SECRET, "a", NOW.minus(limit).minusSeconds(1), body), body);
        assertRefused(headers(SECRET, "a", NOW.plus(limit).plusSeconds(1), body), body);
    }

    @Test
    void oneOfSeveralSignaturesByOneOfSeveralKeysIsEnough() {
        receiver = receiver(ReceiverSettings.of(ReceiverKey.parse(OTHER_SECRET), ReceiverKey.parse(SECRET)));
        String body = change(1).toString();
        Map<String, String> headers = headers(SECRET, "a", NOW, body);
        headers.put("Webhook-Signature", "v1,AAAA v9,AAAA " + headers.get("Webhook-Signature"));

        assertEquals(204, handle(request(headers, body)).answer().status());
    }

    @Test
    void signatureOfEd25519IsVerifiedByThePublicKey() throws Exception {
        for (int i = 0; i < 8; i++) { // the sign of x differs between keys
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = ((EdECPublicKey) pair.getPublic()).getEncoded();
            byte[] raw = java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            receiver = receiver(ReceiverSettings.of(
                    ReceiverKey.parse("whpk_" + Base64.getEncoder().encodeToString(raw))));
            String body = change(1).toString();
            Map<String, String> headers = headers(SECRET, "a", NOW, body);
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(("a." + NOW.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8));
            String good = "v1a," + Base64.getEncoder().encodeToString(signature.sign());

            assertRefused(headers, body);
            headers.put("Webhook-Signature", good.substring(0, 10) + "AAAA" + good.substring(14));
            assertRefused(headers, body);
            headers.put("Webhook-Signature", headers.get("Webhook-Signature") + " " + good);
            assertEquals(204, handle(request(headers, body)).answer().status());
        }
    }

    /** The example of the specification. */
    @Test
    void signerMakesTheSignatureOfTheSpecification() {
        assertEquals(
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                new CallSigner("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                        .sign(
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1614265330,
                                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void wrongKeysAreRefusedWithoutShowingThem() {
        for (String wrong : List.of("MfKQ9r8G", "whsec_!", "whsec_AAAA", "whpk_AAAA", "whsk_AAAA")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> ReceiverKey.parse(wrong), wrong);
            assertFalse(String.valueOf(refused.getMessage()).contains("AAAA"), refused::getMessage);
        }
        assertFalse(ReceiverKey.parse(SECRET).toString().contains(SECRET.substring(6)));
    }

    @Test
    void challengeIsAnsweredOnlyIfItIsTheSenders() {
        String body = challenge("r4nd0m").toString();

        assertEquals(
                "{\"challenge\":\"r4nd0m\"}",
                handle(signed("challenge-1", body)).answer().body());
        assertRefused(headers(OTHER_SECRET, "challenge-1", NOW, body), body);
    }

    @Test
    void repeatedCallAndRepeatedChangesAreReceivedAndNotApplied() {
        handle(callOf(1));

        Receiver.Plan again = handle(callOf(1));
        Receiver.Plan inABatch = handle(signed("k3v9x2m4qd-1-2", batch(change(1), change(2), change(2))));

        assertEquals(204, again.answer().status());
        assertEquals(CallOutcome.REPEATED, again.result());
        assertNull(again.work());
        assertEquals(
                List.of("order-2"),
                inABatch.toPrint().stream().map(CallEvent::subject).toList());
        assertEquals(2, receiver.totals(0, 0, "").applied());
        assertEquals(3, receiver.totals(0, 0, "").repeated());
    }

    @Test
    void whatWasKeptIsKnownAfterARestart() {
        Receiver.Plan before = handle(callOf(1));
        receiver = new Receiver(calls, List.of(before.work()), new SplittableRandom(7));

        assertEquals(CallOutcome.REPEATED, handle(callOf(1)).result());
    }

    /** A journal that cannot be written makes the call a failure, and its repetition is applied. */
    @Test
    void planThatIsNotCommittedChangesNothing() {
        Receiver.Plan unused = receiver.receive(callOf(1), NOW, NOW);

        assertEquals(CallOutcome.APPLIED, handle(callOf(1)).result());
    }

    @Test
    void whatIsNotTheContractIsRefused() {
        assertEquals(400, handle(signed("a", "not JSON")).answer().status());
        assertEquals(400, handle(signed("a", "{} {}")).answer().status());
        assertEquals(400, handle(signed("a", "{\"type\":\"x\"}")).answer().status());
        assertEquals(
                405,
                handle(new ReceivedRequest("GET", Map.of(), new byte[0]))
                        .answer()
                        .status());
        assertEquals(
                413,
                handle(signed("a", " ".repeat(Receiver.BODY_BYTES_MAX + 1)))
                        .answer()
                        .status());
    }

    @Test
    void unknownTypesAndTestsAreReceived() {
        assertEquals(
                204,
                handle(signed("a", event("com.example.news", "1").toString()))
                        .answer()
                        .status());
        assertEquals(
                CallOutcome.TEST,
                handle(signed("b", event("io.bellwire.endpoint.test", "2").toString()))
                        .result());
        assertEquals(
                CallOutcome.TEST,
                handle(signed("c", event("io.bellwire.endpoint.probe", "3").toString()))
                        .result());
    }

    @Test
    void signalsAndChangesWithoutDataLeadToTheFeed() {
        receiver = receiver(reading);

        Receiver.Plan signal =
                handle(signed("a", event("io.bellwire.feed.signal", cursor(9)).toString()));
        Receiver.Plan thin = handle(signed("b", thin(3).toString()));

        assertTrue(signal.isFeedToBeRead() && thin.isFeedToBeRead());
        assertEquals(CallOutcome.NOTIFIED, thin.result());
        assertNull(thin.work());
        assertFalse(handle(callOf(1)).isFeedToBeRead());
    }

    /** Without a feed to read, what a call says is all that there is. */
    @Test
    void changeWithoutDataIsAppliedIfThereIsNoFeed() {
        assertEquals(
                CallOutcome.APPLIED, handle(signed("b", thin(3).toString())).result());
    }

    @Test
    void positionMovesOverWhatWasAppliedWithoutAGap() {
        receiver = receiver(reading);
        handle(callOf(1));
        handle(callOf(3));

        assertEquals(cursor(1), receiver.position().orElseThrow().toString());
        assertTrue(receiver.hasGap());
        handle(callOf(2));
        assertEquals(cursor(3), receiver.position().orElseThrow().toString());
        assertFalse(receiver.hasGap());
    }

    @Test
    void pageOfTheFeedFillsTheGap() throws Exception {
        receiver = receiver(reading);
        handle(callOf(1));
        handle(callOf(4));
        List<CallEvent> page = CallEvent.parse(batch(change(2), change(4)).getBytes(StandardCharsets.UTF_8));

        List<CallEvent> news = receiver.newsOf(page);
        receiver.commitPage(new AppliedWork("", List.of(news.get(0).toApplied()), cursor(4)));

        assertEquals(1, news.size()); // 3 is a type that the endpoint does not get
        assertEquals(cursor(4), receiver.position().orElseThrow().toString());
        assertFalse(receiver.hasGap());
    }

    /** A page that was on its way while calls arrived would else leave the position behind what was applied. */
    @Test
    void pageThatEndsBeforeThePositionDoesNotMoveItBack() {
        receiver = receiver(reading);
        handle(callOf(1));
        handle(callOf(2));

        receiver.commitPage(new AppliedWork("", List.of(), cursor(1)));

        assertEquals(cursor(2), receiver.position().orElseThrow().toString());
    }

    /** After a restart of the server a batch may have the id of another that had fewer types. */
    @Test
    void changeThatIsNewInAKnownBatchIsApplied() {
        handle(signed("k3v9x2m4qd-1-3", batch(change(1), change(3))));

        Receiver.Plan plan = handle(signed("k3v9x2m4qd-1-3", batch(change(1), change(2), change(3))));

        assertEquals(
                List.of("order-2"),
                plan.toPrint().stream().map(CallEvent::subject).toList());
    }

    /** A restored log has another epoch: the position is of the old one until the feed was read. */
    @Test
    void changeOfAnotherEpochIsAGap() {
        receiver = receiver(reading);
        handle(callOf(1));
        handle(signed("n-2", change(2).put("id", "newepoch00.2.aaaaaaa").toString()));

        assertTrue(receiver.hasGap());
        assertEquals(cursor(1), receiver.position().orElseThrow().toString());
        receiver.commitPage(new AppliedWork("", List.of(), "newepoch00.1.aaaaaaa"));
        assertEquals("newepoch00.2.aaaaaaa", receiver.position().orElseThrow().toString());
    }

    @Test
    void numbersArePrintedAsTheyWereSent() {
        String body = change(1).toString().replace("\"status\":\"new\"", "\"price\":1.50");

        assertEquals(body, handle(signed("a", body)).toPrint().get(0).json().toString());
    }
}

package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.SECRET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.certify.CaseOutcome;
import io.bellwire.certify.Certificate;
import io.bellwire.device.net.ClientTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A right receiver passes all cases; each wrong one fails the case that is about its fault, and no other. */
class WrongReceiversTest {
    private static final Duration DEADLINE = Duration.ofSeconds(6);

    private static Certificate certify(ReceiverServer.Handler handler, Duration deadline, List<String> warnings)
            throws IOException, InterruptedException {
        try (ReceiverServer server =
                new ReceiverServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, handler)) {
            ReceiverCertifier certifier = new ReceiverCertifier(
                    new ReceiverCertifier.Receiving(server.url(), ClientTls.SYSTEM, deadline),
                    SECRET,
                    new SplittableRandom(7),
                    Clock.systemUTC(),
                    System::nanoTime);
            Certificate certificate = certifier.run(ReceiverCertifier.ids(), outcome -> {});
            warnings.addAll(certifier.warnings());
            return certificate;
        }
    }

    private static Set<String> failed(ReceiverServer.Handler handler) throws Exception {
        return certify(handler, DEADLINE, new ArrayList<>()).outcomes().stream()
                .filter(CaseOutcome::failed)
                .map(CaseOutcome::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void rightReceiverPassesAllCases() throws Exception {
        List<String> warnings = new ArrayList<>();

        Certificate certificate = certify(new RightReceiver(), DEADLINE, warnings);

        assertTrue(
                certificate.allPassed(),
                () -> certificate.outcomes().stream().map(Certificate::line).collect(Collectors.joining("\n")));
        assertEquals(ReceiverCertifier.ids().size(), certificate.outcomes().size());
        assertEquals(List.of(), warnings);
    }

    @TestFactory
    Stream<DynamicTest> wrongReceiverFailsItsCaseAndNoOther() {
        return Stream.of(WrongReceiver.values())
                .map(wrong -> DynamicTest.dynamicTest(
                        wrong.name(),
                        () -> assertEquals(Set.of(wrong.caseId()), failed(wrong.handler(new RightReceiver())))));
    }

    /** Else a case could be added that nothing shows to find anything. */
    @Test
    void eachCaseHasAWrongReceiver() {
        assertEquals(
                ReceiverCertifier.ids().stream().sorted().toList(),
                Stream.of(WrongReceiver.values())
                        .map(WrongReceiver::caseId)
                        .sorted()
                        .toList());
    }

    @Test
    void receiverWithoutSignatureCheckFailsAllCasesAboutSignatures() throws Exception {
        ReceiverSettings careless = new ReceiverSettings(List.of(), false, "", ReceiverFaults.NONE);

        assertEquals(
                RefusedCallCases.ALL.stream().map(ReceiverCase::id).collect(Collectors.toSet()),
                failed(new RightReceiver(careless)));
    }

    @Test
    void receiverThatRedirectsEverythingFailsEachCaseThatNeedsAnAnswer() throws Exception {
        Set<String> expected = AcceptedCallCases.ALL.stream()
                .map(ReceiverCase::id)
                .filter(id -> !id.equals("small-answer"))
                .collect(Collectors.toSet());
        RefusedCallCases.ALL.forEach(one -> expected.add(one.id()));

        assertEquals(
                expected,
                failed(request ->
                        RightReceiver.reply(new ReceiverAnswer(307, Map.of("Location", "http://127.0.0.1:1/"), ""))));
    }

    @Test
    void slowReceiverIsWarnedAbout() throws Exception {
        RightReceiver right = new RightReceiver();
        List<String> warnings = new ArrayList<>();

        Certificate certificate = certify(
                request -> {
                    ReceiverServer.Reply reply = right.handle(request);
                    boolean isTimed = WrongReceiver.orderOf(request).startsWith("answers-in-time");
                    Duration delay = isTimed && right.count() % 20 == 0 ? Duration.ofSeconds(3) : Duration.ZERO;
                    return new ReceiverServer.Reply(reply.answer(), delay, false);
                },
                DEADLINE,
                warnings);

        assertTrue(certificate.allPassed());
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("answers-in-time"), warnings::toString);
    }

    @Test
    void numbersAndIdsAreUniqueAndInOrder() {
        List<ReceiverCase> cases = ReceiverCertifier.ALL;

        for (int i = 0; i < cases.size(); i++) {
            assertEquals(i + 1, cases.get(i).number());
        }
        assertEquals(cases.size(), Set.copyOf(ReceiverCertifier.ids()).size());
    }
}

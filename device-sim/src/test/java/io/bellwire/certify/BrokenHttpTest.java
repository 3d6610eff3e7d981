package io.bellwire.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.net.Endpoints;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows that a server that breaks a rule over HTTP fails the case of that rule, and for that reason. */
@ExtendWith(BellwireExtension.class)
class BrokenHttpTest {
    /** Short, as some faults are found by waiting in vain. */
    private static final long CASE_MILLIS_MAX = 15_000;

    static Stream<HttpFault> faults() {
        return Stream.of(
                        FeedFaults.all(),
                        OrderFaults.all(),
                        AccessFaults.all(),
                        StreamFaults.all(),
                        EndpointFaults.all())
                .flatMap(all -> all);
    }

    private static Certificate certify(Bellwire bellwire, Distortion distortion, List<String> ids) throws Exception {
        try (BreakingProxy proxy = new BreakingProxy(bellwire.http(), bellwire.operatorToken(), distortion);
                Certifier certifier = new Certifier(
                        new Endpoints(proxy.address(), bellwire.mqtt()),
                        bellwire.operatorToken(),
                        CASE_MILLIS_MAX,
                        new SecureRandom(),
                        System::nanoTime)) {
            return certifier.run(ids, outcome -> {});
        }
    }

    @TestFactory
    Stream<DynamicTest> brokenRuleFailsItsCase(Bellwire bellwire) {
        return ParallelTests.tests(
                faults(),
                fault -> () -> certify(bellwire, fault.distortion(), List.of(fault.id()))
                        .outcomes()
                        .get(0),
                (fault, outcome) -> {
                    assertFalse(outcome.passed(), "the case has passed");
                    String failure = String.valueOf(outcome.failure());
                    assertTrue(failure.contains(fault.failure()), failure);
                    assertFalse(
                            failure.contains("; came " + BreakingProxy.OWN_FAILURE + " "),
                            failure); // order ids may contain these digits too
                });
    }

    /** The cases with a fault here: all but those about MQTT. */
    private static List<String> cases() {
        Set<String> ids = new LinkedHashSet<>(Certifier.ids());
        Stream.of(SignalCases.ALL, ConnectionCases.ALL, WebSocketCases.ALL)
                .flatMap(List::stream)
                .forEach(one -> ids.remove(one.id()));
        return List.copyOf(ids);
    }

    @Test
    void proxyThatBreaksNothingPassesEveryCase(Bellwire bellwire) throws Exception {
        Certificate certificate = certify(bellwire, (request, upstream) -> upstream.send(request), cases());

        assertTrue(certificate.noneFailed(), certificate::json);
    }

    @Test
    void everyCaseOfHttpHasAServerThatFailsIt() {
        Set<String> unproven = new TreeSet<>(cases());
        faults().forEach(fault -> unproven.remove(fault.id()));
        assertEquals(Set.of(), unproven);
    }
}

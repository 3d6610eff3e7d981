package io.bellwire.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.net.Endpoints;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows that a server that breaks a rule over MQTT fails the case of that rule, and for that reason. */
@ExtendWith(BellwireExtension.class)
class BrokenMqttTest {
    /** Short, as a case waits a third of this for a signal that does not come. */
    private static final long CASE_MILLIS_MAX = 9_000;

    private static Certificate certify(Bellwire bellwire, MqttFault.Kind kind, List<String> ids) throws Exception {
        Endpoints real = new Endpoints(bellwire.http(), bellwire.mqtt());
        try (BreakingRelay relay = new BreakingRelay(real.broker(), kind);
                Certifier certifier = new Certifier(
                        new Endpoints(bellwire.http(), relay.address()),
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
                MqttFault.all(),
                fault -> () -> certify(bellwire, fault.kind(), List.of(fault.id()))
                        .outcomes()
                        .get(0),
                (fault, outcome) -> {
                    assertFalse(outcome.passed(), "the case has passed");
                    String failure = String.valueOf(outcome.failure());
                    assertTrue(failure.contains(fault.failure()), failure);
                });
    }

    private static List<String> cases() {
        return Stream.of(SignalCases.ALL, ConnectionCases.ALL, SecretCases.ALL)
                .flatMap(List::stream)
                .map(ConformanceCase::id)
                .toList();
    }

    @Test
    void relayThatBreaksNothingPassesEveryCase(Bellwire bellwire) throws Exception {
        Certificate certificate = certify(bellwire, () -> new MqttFault() {}, cases());

        assertTrue(certificate.allPassed(), certificate::json);
    }

    @Test
    void everyCaseOfMqttHasAServerThatFailsIt() {
        Set<String> unproven = new TreeSet<>(cases());
        MqttFault.all().forEach(fault -> unproven.remove(fault.id()));
        assertEquals(Set.of("secret-shown-once"), unproven, "this case is only about HTTP");
    }
}

package io.bellwire.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.net.Endpoints;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows that the server keeps every rule; each case is a test with the case's id. */
@ExtendWith(BellwireExtension.class)
class CertifierTest {
    static final long CASE_MILLIS_MAX = 30_000;

    static Certificate certify(Bellwire bellwire, Optional<URI> webSocket, List<String> ids)
            throws InterruptedException {
        Endpoints server = new Endpoints(bellwire.http(), bellwire.mqtt());
        String token = bellwire.operatorToken();
        try (Certifier certifier =
                new Certifier(server, webSocket, token, CASE_MILLIS_MAX, new SecureRandom(), System::nanoTime)) {
            return certifier.run(ids, outcome -> {});
        }
    }

    @TestFactory
    Stream<DynamicTest> serverPasses(Bellwire bellwire) {
        return Certifier.ids().stream()
                .map(id -> DynamicTest.dynamicTest(id, () -> {
                    Certificate certificate = certify(bellwire, bellwire.ws(), List.of(id));

                    assertTrue(
                            certificate.allPassed(),
                            () -> Certificate.line(certificate.outcomes().get(0)));
                }));
    }

    @Test
    void caseThatCannotBeCheckedIsSkippedAndNotCountedAsPassed(Bellwire bellwire) throws InterruptedException {
        Certificate certificate = certify(bellwire, Optional.empty(), List.of("order-minimal", "websocket-same-rules"));

        assertTrue(certificate.noneFailed());
        assertFalse(certificate.allPassed());
        assertEquals("1 of 2 cases passed, 1 skipped", certificate.summary());
        String line = Certificate.line(certificate.outcomes().get(1));
        assertTrue(line.contains("  skip  ") && line.contains("no WebSocket address was given"), line);
        assertTrue(certificate.json().contains("\"passed\":false,"), certificate.json());
    }

    @Test
    void idsAreUniqueAndInOneForm() {
        List<String> ids = Certifier.ids();
        assertEquals(ids.size(), new HashSet<>(ids).size());
        ids.forEach(id -> assertTrue(id.matches("[a-z0-9]+(-[a-z0-9]+)+"), id));
    }
}

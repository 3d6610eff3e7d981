package io.bellwire.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.net.Endpoints;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server keeps every rule; each case is a test of its name. */
@ExtendWith(BellwireExtension.class)
class CertifierTest {
    static final long CASE_MILLIS_MAX = 30_000;

    static Certificate certify(Endpoints server, String token, List<String> ids) throws InterruptedException {
        try (Certifier certifier =
                new Certifier(server, token, CASE_MILLIS_MAX, new SecureRandom(), System::nanoTime)) {
            return certifier.run(ids, outcome -> {});
        }
    }

    @TestFactory
    Stream<DynamicTest> serverPasses(Bellwire bellwire) {
        Endpoints server = new Endpoints(bellwire.http(), bellwire.mqtt());
        return Certifier.ids().stream()
                .map(id -> DynamicTest.dynamicTest(id, () -> {
                    Certificate certificate = certify(server, bellwire.operatorToken(), List.of(id));

                    assertTrue(
                            certificate.allPassed(),
                            () -> Certificate.line(certificate.outcomes().get(0)));
                }));
    }

    @Test
    void idsAreUniqueAndInOneForm() {
        List<String> ids = Certifier.ids();
        assertEquals(ids.size(), new HashSet<>(ids).size());
        ids.forEach(id -> assertTrue(id.matches("[a-z0-9]+(-[a-z0-9]+)+"), id));
    }
}

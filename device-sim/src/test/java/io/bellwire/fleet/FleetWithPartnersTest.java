package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.Network;
import io.bellwire.delivery.DeliveryOptions;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.net.Endpoints;
import io.bellwire.outbound.AddressRules;
import io.bellwire.outbound.OutboundOptions;
import io.bellwire.receiver.CallOutcome;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireOptions;
import io.bellwire.serve.WebhookOptions;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small fleets with partners on a real server: each partner has a second factor, an endpoint whose URL it confirms, and
 * part of the orders. Whatever the receivers do until the faults end, each has applied each of its orders once.
 */
@Timeout(120)
class FleetWithPartnersTest {
    private static final int ORDERS_PER_SECOND = 50;

    private static FleetOptions options(PartnerOptions partners, int orders, int timeoutSeconds) {
        return new FleetOptions(
                "t1",
                3,
                orders,
                ORDERS_PER_SECOND,
                FaultRates.NONE,
                7,
                ClientKind.HIVEMQ,
                FleetDoorbell.Choice.MQTT,
                100,
                true,
                0,
                0,
                timeoutSeconds,
                new DeviceSettings(600_000, 300, 20, 300),
                false,
                partners);
    }

    @TempDir
    Path folder;

    private Bellwire bellwire;

    /** @param retries how many retries follow each other until an endpoint is disabled */
    private ServerUnderTest start(int retries) throws Exception {
        bellwire = Bellwire.start(BellwireOptions.inMemory()
                .withWebhooks(new WebhookOptions(
                        OutboundOptions.DEFAULT.toBuilder()
                                .httpAllowed(true)
                                .addresses(new AddressRules(List.of(Network.of("127.0.0.0/8"))))
                                .build(),
                        DeliveryOptions.DEFAULT.withRetries(Collections.nCopies(retries, Duration.ofMillis(200)), 5))));
        return ServerUnderTest.running(new ServerAddress(
                new Endpoints(bellwire.http(), bellwire.mqtt(), bellwire.ws().orElseThrow()),
                Files.writeString(folder.resolve("operator-token"), bellwire.operatorToken())));
    }

    @AfterEach
    void stop() {
        bellwire.close();
    }

    private static Report run(FleetOptions options, ServerUnderTest server, Progress progress) throws Exception {
        return Fleet.run(options, server, progress, System::nanoTime, Clock.systemUTC());
    }

    @Test
    void partnersThatMisbehaveAndAreKilledApplyEachOrderOnce() throws Exception {
        Report report = run(options(new PartnerOptions(5, true), 150, 60), start(50), Progress.NONE);

        assertTrue(report.passed(), () -> report.failureMessage() + "\n" + report.table());
        FleetPartnerReport partners = report.partners();
        assertNotNull(partners);
        assertEquals(5, partners.partners());
        assertTrue(partners.result().isClean(), report::table);
        assertTrue(partners.result().applied() > 50, report::table);
        assertTrue(partners.kills() > 0, report::table);
        assertTrue(partners.faultCount() > 0, () -> partners.calls().toString());
        assertTrue(partners.replays() > 0 && partners.replayed() > 0, report::table);
    }

    @Test
    void endpointThatIsDisabledIsEnabledAgain() throws Exception {
        ServerUnderTest server = start(2);

        Report report = run(options(new PartnerOptions(1, false), 50, 60), server, onFirstOrder("{\"enabled\":false}"));

        assertTrue(report.passed(), () -> report.failureMessage() + "\n" + report.table());
        assertTrue(report.partners() != null && report.partners().enabled() > 0, report::table);
        assertTrue(report.partners().result().applied() > 10, report::table);
    }

    @Test
    void partnersWithoutFaultsAreCalled() throws Exception {
        Report report = run(options(new PartnerOptions(5, false), 100, 60), start(2), Progress.NONE);

        assertTrue(report.passed(), () -> report.failureMessage() + "\n" + report.table());
        FleetPartnerReport partners = report.partners();
        assertNotNull(partners);
        assertEquals(
                0, partners.kills() + partners.faultCount() + partners.enabled() + partners.replays(), report::table);
        assertTrue(partners.calls().getOrDefault(CallOutcome.APPLIED, 0L) > 5, partners.calls()::toString);
        assertTrue(partners.calls().getOrDefault(CallOutcome.NOTIFIED, 0L) > 5, partners.calls()::toString);
    }

    /** Without the run finding it, the run would show nothing: the endpoint skips the changes that come now. */
    @Test
    void serverThatDoesNotCallForAChangeIsFound() throws Exception {
        ServerUnderTest server = start(2);

        Report report =
                run(options(new PartnerOptions(1, false), 50, 2), server, onFirstOrder("{\"types\":[\"none\"]}"));

        assertFalse(report.passed(), report::table);
        assertTrue(report.partners() != null && report.partners().result().lost() > 0, report::table);
        assertEquals(0, report.result().lost(), report::table);
        assertTrue(String.valueOf(report.failureMessage()).contains("partner-1: lost"), report::failureMessage);
    }

    /** Changes the endpoint of the first partner when there are orders. */
    private Progress onFirstOrder(String patch) {
        AtomicBoolean isDone = new AtomicBoolean();
        return now -> {
            if (now.acknowledged() > 0 && isDone.compareAndSet(false, true)) {
                patchEndpoint(patch);
            }
        };
    }

    private void patchEndpoint(String patch) {
        HttpRequest request = HttpRequest.newBuilder(
                        bellwire.http().resolve("/v1/partners/sim-t1-partner-1/endpoints/fleet"))
                .header("Authorization", "Bearer " + bellwire.operatorToken())
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(patch))
                .build();
        assertEquals(
                200,
                HttpClient.newHttpClient()
                        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
                        .join()
                        .statusCode());
    }
}

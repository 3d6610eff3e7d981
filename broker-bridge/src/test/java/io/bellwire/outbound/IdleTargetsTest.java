package io.bellwire.outbound;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is called once and then no more leaves nothing behind, and connections that are kept are bounded. */
@Timeout(120)
class IdleTargetsTest {
    @Test
    void connectionsAndHostsAreForgottenWhenIdle() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.ok("ok"));
                OutboundFixture fixture = new OutboundFixture(OutboundFixture.OPTIONS.toBuilder()
                        .idleTimeout(Duration.ofSeconds(1))
                        .build())) {
            for (int i = 0; i < 100; i++) {
                fixture.name("n" + i + ".example", "127.0.0.1");
                assertEquals(
                        200, fixture.answer(receiver.url("n" + i + ".example")).status());
            }
            assertTrue(fixture.client.targets() > 0);

            await().atMost(Duration.ofSeconds(60)).until(() -> fixture.client.connections() == 0);
            await().atMost(Duration.ofSeconds(60)).until(() -> fixture.client.targets() == 0);
            await().until(() -> receiver.open() == 0);

            assertEquals(200, fixture.answer(receiver.url("n7.example")).status());
        }
    }

    @Test
    void connectionsThatAreKeptAreNoMoreThanCallsMayBe() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.ok("ok"));
                OutboundFixture fixture = new OutboundFixture(
                        OutboundFixture.OPTIONS.toBuilder().callsMax(4).build())) {
            for (int i = 0; i < 20; i++) {
                fixture.name("n" + i + ".example", "127.0.0.1");
                assertEquals(
                        200, fixture.answer(receiver.url("n" + i + ".example")).status());
                assertTrue(fixture.client.connections() <= 5, "connections: " + fixture.client.connections());
            }
            await().until(() -> fixture.client.connections() == 4);
        }
    }
}

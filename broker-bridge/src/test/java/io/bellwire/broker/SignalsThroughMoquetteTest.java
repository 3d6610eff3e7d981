package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.bellwire.broker.SignalBroker.Delivery;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.DeviceId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Shows that Moquette publishes all signals. Its post office logs a line for each message that is published inside
 * the process; the test counts these lines, so a signal that is written past Moquette shows.
 */
class SignalsThroughMoquetteTest {
    private static final Logger POST_OFFICE = (Logger) LoggerFactory.getLogger("io.moquette.broker.PostOffice");

    private final List<String> published = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getMessage().startsWith("Sending internal PUBLISH")) {
                published.add(event.getArgumentArray()[0].toString());
            }
        }
    };

    @BeforeEach
    void attachAppender() {
        appender.start();
        POST_OFFICE.addAppender(appender);
        POST_OFFICE.setLevel(Level.INFO);
        POST_OFFICE.setAdditive(false);
    }

    @AfterEach
    void detachAppender() {
        POST_OFFICE.detachAppender(appender);
        POST_OFFICE.setLevel(null);
        POST_OFFICE.setAdditive(true);
    }

    @Test
    void eachSignalOfADeviceWasPublishedByMoquettesPostOffice() throws Exception {
        try (TestBroker broker = new TestBroker();
                RawClient grill = RawClient.device(broker.address(), "grill")) {
            assertEquals(0, grill.subscribe(TestBroker.topicOf("grill")));
            for (int i = 1; i <= 3; i++) {
                assertEquals(Handover.WRITTEN, broker.publish("grill", "signal-" + i));
                assertTrue(grill.read().text().endsWith("signal-" + i));
                assertEquals(i, published.size());
            }
            assertEquals(TestBroker.topicOf("grill"), published.get(0));
        }
    }

    @Test
    void signalsOfOneBatchReachTheirDevicesInOrder() throws Exception {
        List<String> devices = List.of("grill", "fryer", "oven", "kiosk");
        try (TestBroker broker = new TestBroker()) {
            List<RawClient> clients = new ArrayList<>();
            for (String device : devices) {
                RawClient client = RawClient.device(broker.address(), device);
                assertEquals(0, client.subscribe(TestBroker.topicOf(device)));
                clients.add(client);
            }
            List<Delivery> batch = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                for (String device : devices) {
                    batch.add(delivery(device, device + "-" + i));
                }
            }
            Delivery notSubscribed = delivery("nobody", "lost");
            batch.add(notSubscribed);
            broker.broker().publishAll(batch);
            assertEquals(Handover.NOT_SUBSCRIBED, notSubscribed.handover().join());
            for (int i = 1; i <= 3; i++) {
                for (int device = 0; device < devices.size(); device++) {
                    String text = clients.get(device).read().text();
                    assertTrue(text.endsWith(devices.get(device) + "-" + i), text);
                }
            }
            assertEquals(batch.size(), published.size());
            for (RawClient client : clients) {
                client.closeSocket();
            }
        }
    }

    @Test
    void signalsToCanariesAreAlsoPublishedByMoquette() {
        try (TestBroker broker = new TestBroker(
                TestBroker.options().watchdogInterval(Duration.ofMillis(50)).build())) {
            await().until(() -> broker.canaryRounds() > 0);
            assertTrue(published.get(0).contains("~canary-"), published.get(0));
        }
    }

    @Test
    void devicesWithACommonTopicGetOnlyTheirOwnSignals() throws Exception {
        try (TestBroker broker = new TestBroker();
                RawClient grill = RawClient.device(broker.address(), "grill");
                RawClient fryer = RawClient.device(broker.address(), "fryer")) {
            assertEquals(0, fryer.subscribe(TestBroker.COMMON_TOPIC));
            assertEquals(Handover.NOT_SUBSCRIBED, broker.publishOn(TestBroker.COMMON_TOPIC, "grill", "for grill", 0));
            assertEquals(0, grill.subscribe(TestBroker.COMMON_TOPIC));
            assertEquals(Handover.WRITTEN, broker.publishOn(TestBroker.COMMON_TOPIC, "grill", "for grill", 0));
            assertEquals(Handover.WRITTEN, broker.publishOn(TestBroker.COMMON_TOPIC, "fryer", "for fryer", 0));
            assertTrue(grill.read().text().endsWith("for grill"));
            assertTrue(fryer.read().text().endsWith("for fryer"));
        }
    }

    private static Delivery delivery(String device, String payload) {
        DeviceId id = new DeviceId(device);
        return new Delivery(
                id, SignalTopic.of(id), payload.getBytes(StandardCharsets.UTF_8), 0, new CompletableFuture<>());
    }
}

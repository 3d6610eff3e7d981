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
import io.bellwire.registry.DeviceId;
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
 * That signals travel through Moquette. Its post office says a line for each message that is published inside the process;
 * these lines are counted, so that a signal that is written past it shows.
 */
class CarriedByMoquetteTest {
    private static final Logger POST_OFFICE = (Logger) LoggerFactory.getLogger("io.moquette.broker.PostOffice");

    private final List<String> published = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> spy = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getMessage().startsWith("Sending internal PUBLISH")) {
                published.add(event.getArgumentArray()[0].toString());
            }
        }
    };

    @BeforeEach
    void listen() {
        spy.start();
        POST_OFFICE.addAppender(spy);
        POST_OFFICE.setLevel(Level.INFO);
        POST_OFFICE.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        POST_OFFICE.detachAppender(spy);
        POST_OFFICE.setLevel(null);
        POST_OFFICE.setAdditive(true);
    }

    @Test
    void eachSignalThatADeviceHearsWasPublishedByMoquettesPostOffice() throws Exception {
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
    void signalsThatAreHandedOverTogetherReachEachItsDeviceInTheirOrder() throws Exception {
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
            Delivery unheard = delivery("nobody", "lost");
            batch.add(unheard);
            broker.broker().publishAll(batch);
            assertEquals(Handover.NOT_SUBSCRIBED, unheard.handover().join());
            for (int i = 1; i <= 3; i++) {
                for (int device = 0; device < devices.size(); device++) {
                    String text = clients.get(device).read().text();
                    assertTrue(text.endsWith(devices.get(device) + "-" + i), text);
                }
            }
            assertEquals(batch.size(), published.size());
            for (RawClient client : clients) {
                client.hangUp();
            }
        }
    }

    @Test
    void canariesAreSignalledTheSameWay() {
        try (TestBroker broker = new TestBroker(
                TestBroker.options().watchdogInterval(Duration.ofMillis(50)).build())) {
            await().until(() -> broker.canariesHeard() > 0);
            assertTrue(published.get(0).contains("~canary-"), published.get(0));
        }
    }

    @Test
    void devicesThatHaveATopicInCommonHearTheirOwnSignalsAlone() throws Exception {
        try (TestBroker broker = new TestBroker();
                RawClient grill = RawClient.device(broker.address(), "grill");
                RawClient fryer = RawClient.device(broker.address(), "fryer")) {
            assertEquals(0, fryer.subscribe(TestBroker.COMMON_TOPIC));
            assertEquals(Handover.NOT_SUBSCRIBED, broker.ringOn(TestBroker.COMMON_TOPIC, "grill", "for grill", 0));
            assertEquals(0, grill.subscribe(TestBroker.COMMON_TOPIC));
            assertEquals(Handover.WRITTEN, broker.ringOn(TestBroker.COMMON_TOPIC, "grill", "for grill", 0));
            assertEquals(Handover.WRITTEN, broker.ringOn(TestBroker.COMMON_TOPIC, "fryer", "for fryer", 0));
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

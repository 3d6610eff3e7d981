package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Delivery;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.DeviceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Devices reconnect again and again, each time before the earlier connection is closed, while all of them are
 * signalled without a pause. A device that has its SUBACK gets signals from then on, and each signal gets an outcome.
 */
class SignalsDuringTakeoversTest {
    private static final List<String> DEVICES = List.of("grill", "fryer", "oven", "kiosk");
    private static final int ROUNDS = 120;

    private final TestBroker broker =
            new TestBroker(TestBroker.options().loginRatePerDevice(0).build());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        broker.close();
    }

    @Test
    void deviceThatHasItsSubackIsSignalledAndEachSignalGetsAnOutcome() throws Exception {
        List<Future<?>> devices = new ArrayList<>();
        for (String device : DEVICES) {
            devices.add(threads.submit(() -> {
                connectAgainAndAgain(device);
                return null;
            }));
        }
        while (!devices.stream().allMatch(Future::isDone)) {
            publishAll();
        }
        for (Future<?> device : devices) {
            device.get();
        }

        await().until(() -> broker.broker().connections() == 0);
        for (String device : DEVICES) {
            assertEquals(Handover.NOT_SUBSCRIBED, broker.publish(device, "not connected"));
        }
        assertEquals(0, broker.loopErrors());
    }

    private void publishAll() throws Exception {
        List<Delivery> batch = new ArrayList<>();
        for (String device : DEVICES) {
            DeviceId id = new DeviceId(device);
            byte[] toAll = "to all".getBytes(StandardCharsets.UTF_8);
            batch.add(new Delivery(id, SignalTopic.of(id), toAll, 0, new CompletableFuture<>()));
        }
        broker.broker().publishAll(batch);
        for (Delivery delivery : batch) {
            delivery.handover().get(10, TimeUnit.SECONDS);
        }
    }

    /** Every third connection unsubscribes just before the next one takes over, every third closes before that. */
    private void connectAgainAndAgain(String device) throws IOException {
        String topic = TestBroker.topicOf(device);
        RawClient previous = new RawClient(broker.address());
        for (int round = 0; round < ROUNDS; round++) {
            if (round % 3 == 1) {
                previous.sendQuietly(Packets.unsubscribe(2, topic));
            } else if (round % 3 == 2) {
                previous.closeSocket();
            }
            RawClient client = RawClient.device(broker.address(), device);
            assertEquals(0, client.subscribe(topic));
            String payload = "round " + round;
            assertEquals(Handover.WRITTEN, broker.publish(device, payload));
            awaitSignal(client, payload);
            previous.closeSocket();
            previous = client;
        }
        previous.closeSocket();
    }

    private static void awaitSignal(RawClient client, String text) throws IOException {
        while (true) {
            RawClient.Packet packet = client.read();
            assertTrue(packet.is(RawClient.PUBLISH), packet::toString);
            if (packet.text().endsWith(text)) {
                return;
            }
        }
    }
}

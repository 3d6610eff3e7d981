package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class SlowMqttReaderTest {
    private static final String SIGNAL = "{\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":3}";

    private static final int SIGNALS = 50_000;

    /** Returns a broker whose endpoint is not plain TCP, if the test runs over something else. */
    TestBroker start(TestBroker broker) {
        return broker;
    }

    @Test
    void deviceThatDoesNotReadIsCongestedAndCostsNoMore() throws Exception {
        try (TestBroker broker = start(new TestBroker());
                RawClient slow = new RawClient(broker.endpoint(), 4096);
                RawClient quick = RawClient.device(broker.endpoint(), "quick")) {
            slow.send(Packets.connect("slow").bytes());
            assertEquals(0, slow.read().code(1));
            assertEquals(0, slow.subscribe(TestBroker.topicOf("slow")));
            assertEquals(0, quick.subscribe(TestBroker.topicOf("quick")));

            long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            int written = 0;
            int congested = 0;
            for (int i = 0; i < SIGNALS; i++) {
                Handover outcome = broker.publish("slow", SIGNAL);
                if (outcome == Handover.WRITTEN) {
                    written++;
                } else {
                    assertEquals(Handover.CONGESTED, outcome);
                    congested++;
                }
            }
            long grown = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;
            // no more than the buffers of the two sockets hold
            assertTrue(
                    written < 5_000 && congested > SIGNALS - 5_000, written + " written, " + congested + " congested");
            assertTrue(grown <= 8 << 20, "direct memory has grown by " + grown + " bytes");

            assertEquals(Handover.WRITTEN, broker.publish("quick", SIGNAL));
            assertTrue(quick.read().text().endsWith(SIGNAL));

            for (int i = 0; i < written; i++) {
                assertTrue(slow.read().text().endsWith(SIGNAL), "signal " + i + " is whole");
            }
            await().until(() -> broker.publish("slow", SIGNAL) == Handover.WRITTEN);
        }
    }
}

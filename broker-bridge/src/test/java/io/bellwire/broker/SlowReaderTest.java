package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlowReaderTest {
    private static final String SIGNAL = "{\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":3}";

    @Test
    void deviceThatDoesNotReadIsCongestedAndCostsNoMore() throws Exception {
        try (TestBroker broker = new TestBroker();
                RawClient slow = new RawClient(broker.address(), 4096);
                RawClient quick = RawClient.device(broker.address(), "quick")) {
            slow.send(Packets.connect("slow").bytes());
            assertEquals(0, slow.read().code(1));
            assertEquals(0, slow.subscribe(TestBroker.topicOf("slow")));
            assertEquals(0, quick.subscribe(TestBroker.topicOf("quick")));

            int written = 0;
            while (broker.ring("slow", SIGNAL) == Handover.WRITTEN) {
                written++;
                assertTrue(written < 20_000, "still not congested");
            }
            long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            Map<Handover, Integer> outcomes = new EnumMap<>(Handover.class);
            for (int i = 0; i < 20_000; i++) {
                outcomes.merge(broker.ring("slow", SIGNAL), 1, Integer::sum);
            }
            assertEquals(Map.of(Handover.CONGESTED, 20_000), outcomes);
            assertTrue(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() <= before);

            assertEquals(Handover.WRITTEN, broker.ring("quick", SIGNAL));
            assertTrue(quick.read().text().endsWith(SIGNAL));

            for (int i = 0; i < written; i++) {
                assertTrue(slow.read().text().endsWith(SIGNAL), "signal " + i + " is whole");
            }
            await().until(() -> broker.ring("slow", SIGNAL) == Handover.WRITTEN);
        }
    }
}

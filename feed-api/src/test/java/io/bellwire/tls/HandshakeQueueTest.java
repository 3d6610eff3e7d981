package io.bellwire.tls;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.admission.ClientAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HandshakeQueueTest {
    private static final ClientAddress ATTACKER = new ClientAddress(false, 1);
    private static final ClientAddress GRILL = new ClientAddress(false, 2);
    private static final ClientAddress FRYER = new ClientAddress(false, 3);

    @Test
    void guarantee6AddressesTakeTurns() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch begin = new CountDownLatch(1);
        try (HandshakeQueue queue = new HandshakeQueue(1)) {
            queue.execute(ATTACKER, () -> {
                begun.countDown();
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            begun.await(); // else it would still have the attacker's first turn when the others come
            for (int i = 0; i < 1_000; i++) {
                queue.execute(ATTACKER, () -> done.add("attacker"));
            }
            queue.execute(GRILL, () -> done.add("grill"));
            queue.execute(FRYER, () -> {
                done.add("fryer");
                throw new IllegalStateException("this must not end the thread");
            });
            begin.countDown();
            await().until(() -> done.size() == 1_002);
            assertEquals(0, queue.size());
        }
        assertEquals(List.of("attacker", "grill", "fryer", "attacker"), done.subList(0, 4));
    }
}

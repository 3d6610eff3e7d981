package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What concerns all devices of a growing fleet holds up neither readers nor the writer. */
class ManyDevicesTest {
    private static final int DEVICES = 1_000;
    private static final int STEPS = 8;

    @Test
    void guarantee6RegistrationsAndLooksAtAllDevicesLeaveTheOthersServed() {
        try (ApiFixture server = ApiFixture.inMemory()) {
            ApiFixture.Device grill = server.register("grill");
            List<CompletableFuture<CheckedResponse>> attack = new ArrayList<>();
            for (int step = 1; step <= STEPS; step++) {
                for (int i = 0; i < DEVICES / STEPS; i++) {
                    attack.add(server.operator().sendLater("PUT", "/v1/devices/many-" + step + "-" + i, ""));
                }
                String event = "{\"specversion\":\"1.0\",\"id\":\"" + step
                        + "\",\"source\":\"/x\",\"type\":\"shop.news\",\"group\":\"all/devices\"}";
                attack.add(server.operator().postLater("application/cloudevents+json", "/v1/events", event));
                attack.add(server.operator().getLater("/v1/devices?limit=1000"));
                attack.add(server.operator().getLater("/v1/groups/all/devices/members?limit=1000"));

                server.orders(grill, 1);
                assertTrue(!grill.client()
                        .get(grill.feed())
                        .expect(200)
                        .revisions()
                        .isEmpty());
            }
            attack.forEach(one ->
                    assertTrue(one.join().status() < 300, () -> one.join().text()));
            // each order, and each event to all devices, which is on its way in the background
            List<Long> expected = LongStream.rangeClosed(1, 2 * STEPS).boxed().toList();
            await().untilAsserted(() -> assertEquals(
                    expected, grill.client().get(grill.feed()).expect(200).revisions()));
        }
    }
}

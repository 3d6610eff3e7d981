package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.Admission.Entry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final InetSocketAddress HERE = new InetSocketAddress("192.0.2.1", 1883);
    private static final InetSocketAddress A = new InetSocketAddress("192.0.2.7", 5001);
    private static final InetSocketAddress B = new InetSocketAddress("192.0.2.8", 5002);

    @Test
    void limitInTotalHolds() {
        Admission admission = new Admission(2, 0, 1);
        assertEquals(Entry.OPEN, admission.enter(A, HERE));
        assertEquals(Entry.OPEN, admission.enter(A, HERE));
        assertEquals(Entry.FULL, admission.enter(B, HERE));
        admission.leave(Entry.OPEN, A);
        assertEquals(Entry.OPEN, admission.enter(B, HERE));
        assertEquals(Entry.FULL, admission.enter(A, HERE));
    }

    @Test
    void limitPerAddressHolds() {
        Admission admission = new Admission(10, 1, 1);
        assertEquals(Entry.OPEN, admission.enter(A, HERE));
        assertEquals(Entry.ADDRESS_FULL, admission.enter(A, HERE));
        assertEquals(Entry.OPEN, admission.enter(B, HERE));
        admission.leave(Entry.OPEN, A);
        assertEquals(Entry.OPEN, admission.enter(A, HERE));
    }

    @Test
    void ownAddressHasAFewPlacesBeyondTheLimitsForCanaries() {
        Admission admission = new Admission(1, 1, 2);
        assertEquals(Entry.OPEN, admission.enter(A, HERE));
        assertEquals(Entry.CANARIES_ONLY, admission.enter(HERE, HERE));
        assertEquals(Entry.CANARIES_ONLY, admission.enter(HERE, HERE));
        assertEquals(Entry.FULL, admission.enter(HERE, HERE));
        admission.leave(Entry.CANARIES_ONLY, HERE);
        assertEquals(Entry.CANARIES_ONLY, admission.enter(HERE, HERE));
    }

    @Test
    void brokerThatIsFullTurnsDevicesAwayAndLetsThemInAgain() throws Exception {
        try (TestBroker broker =
                new TestBroker(TestBroker.options().maxConnections(3).build())) {
            List<RawClient> inside = new ArrayList<>();
            for (String device : List.of("grill", "fryer", "oven")) {
                inside.add(RawClient.device(broker.address(), device));
            }
            try (RawClient beyond = new RawClient(broker.address())) {
                beyond.sendQuietly(Packets.connect("sink").bytes());
                assertTrue(beyond.isClosedByBroker());
            }
            assertTrue(broker.refused(ConnectionRefusal.FULL) >= 1);
            for (RawClient client : inside) {
                client.hangUp();
            }
            await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                RawClient.device(broker.address(), "sink").hangUp();
                return true;
            });
        }
    }

    @Test
    void oneAddressCannotTakeAllPlaces() throws Exception {
        try (TestBroker broker = new TestBroker(
                        TestBroker.options().maxConnectionsPerAddress(2).build());
                RawClient first = RawClient.device(broker.address(), "grill");
                RawClient second = RawClient.device(broker.address(), "fryer");
                RawClient third = new RawClient(broker.address())) {
            third.sendQuietly(Packets.connect("oven").bytes());
            assertTrue(third.isClosedByBroker());
            first.send(Packets.PINGREQ);
            second.send(Packets.PINGREQ);
            assertTrue(first.read().is(RawClient.PINGRESP));
            assertTrue(second.read().is(RawClient.PINGRESP));
        }
    }
}

package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.Admission.Result;
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
        assertEquals(Result.ADMITTED, admission.admit(A, HERE));
        assertEquals(Result.ADMITTED, admission.admit(A, HERE));
        assertEquals(Result.FULL, admission.admit(B, HERE));
        admission.release(Result.ADMITTED, A);
        assertEquals(Result.ADMITTED, admission.admit(B, HERE));
        assertEquals(Result.FULL, admission.admit(A, HERE));
    }

    @Test
    void limitPerAddressHolds() {
        Admission admission = new Admission(10, 1, 1);
        assertEquals(Result.ADMITTED, admission.admit(A, HERE));
        assertEquals(Result.ADDRESS_FULL, admission.admit(A, HERE));
        assertEquals(Result.ADMITTED, admission.admit(B, HERE));
        admission.release(Result.ADMITTED, A);
        assertEquals(Result.ADMITTED, admission.admit(A, HERE));
    }

    @Test
    void canariesAreAdmittedBeyondTheLimitsFromTheOwnAddress() {
        Admission admission = new Admission(1, 1, 2);
        assertEquals(Result.ADMITTED, admission.admit(A, HERE));
        assertEquals(Result.CANARIES_ONLY, admission.admit(HERE, HERE));
        assertEquals(Result.CANARIES_ONLY, admission.admit(HERE, HERE));
        assertEquals(Result.FULL, admission.admit(HERE, HERE));
        admission.release(Result.CANARIES_ONLY, HERE);
        assertEquals(Result.CANARIES_ONLY, admission.admit(HERE, HERE));
    }

    @Test
    void fullBrokerRefusesDevicesUntilConnectionsClose() throws Exception {
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
                client.closeSocket();
            }
            await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                RawClient.device(broker.address(), "sink").closeSocket();
                return true;
            });
        }
    }

    @Test
    void connectionsOfOneAddressAreLimited() throws Exception {
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

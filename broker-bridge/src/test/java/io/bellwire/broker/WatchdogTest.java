package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.DeviceId;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private static final int LOOPS = Runtime.getRuntime().availableProcessors();

    private static BrokerOptions.Builder withShortInterval() {
        return TestBroker.options()
                .watchdogInterval(Duration.ofMillis(50))
                .watchdogTimeout(Duration.ofSeconds(2))
                .watchdogRounds(2);
    }

    @Test
    void deadLoopIsReportedAndTheBrokerRestartsOnTheSamePort() throws Exception {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        // the problem can be seen until the next round has succeeded, one interval later
        BrokerOptions options =
                withShortInterval().watchdogInterval(Duration.ofMillis(1_500)).build();
        try (TestBroker broker = new TestBroker(options)) {
            List<Thread> loops = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread ->
                            !before.contains(thread) && thread.getName().startsWith("Session Executor"))
                    .collect(Collectors.toList());
            assertEquals(LOOPS, loops.size());
            await().until(() -> broker.canaryRounds() >= LOOPS);
            int port = broker.address().getPort();
            RawClient grill = RawClient.device(broker.address(), "grill");
            assertEquals(0, grill.subscribe(TestBroker.topicOf("grill")));

            loops.get(0).interrupt(); // a loop that is interrupted ends, like one in which a command throws

            await().pollInterval(Duration.ofMillis(10))
                    .until(() -> broker.broker().problem().isPresent());
            assertTrue(broker.broker().problem().orElseThrow().contains("session loop"));
            assertTrue(grill.isClosedByBroker());
            grill.closeSocket();
            await().until(() -> broker.broker().problem().isEmpty());
            assertEquals(1, broker.counted("bellwire.broker.restarts"));
            assertEquals(port, broker.address().getPort());
            assertEquals(List.of("+grill", "-grill"), broker.events);

            // devices of every loop are served again
            for (int i = 0; i < 2 * LOOPS; i++) {
                String device = "device-" + i;
                try (RawClient client = RawClient.device(broker.address(), device)) {
                    assertEquals(0, client.subscribe(TestBroker.topicOf(device)));
                    assertEquals(Handover.WRITTEN, broker.publish(device, "{}"));
                    assertTrue(client.read().is(RawClient.PUBLISH));
                }
            }
        }
    }

    @Test
    void watchdogGoesOnAfterARoundThatThrows() {
        StubTarget broken = new StubTarget() {
            @Override
            public boolean isListening() {
                rounds.incrementAndGet();
                throw new StackOverflowError("as deep as it goes");
            }
        };
        Watchdog watchdog = new Watchdog(broken, Duration.ofMillis(1), 1);

        await().until(() -> broken.rounds.get() > 3);

        watchdog.close();
    }

    @Test
    void canariesSucceedEvenWhenDevicesFillTheBroker() throws Exception {
        try (TestBroker broker =
                        new TestBroker(withShortInterval().maxConnections(1).build());
                RawClient grill = RawClient.device(broker.address(), "grill")) {
            await().until(() -> broker.canaryRounds() >= 6 * LOOPS);
            assertEquals(0, broker.counted("bellwire.broker.restarts"));
            assertTrue(broker.broker().problem().isEmpty());
            assertEquals(1, broker.broker().connections(), "canaries are no devices");
            grill.send(Packets.PINGREQ);
            assertTrue(grill.read().is(RawClient.PINGRESP));
            assertTrue(broker.events.isEmpty());
        }
    }

    @Test
    void devicesCannotUseTheConnectionsReservedForCanaries() throws Exception {
        try (TestBroker broker =
                        new TestBroker(TestBroker.options().maxConnections(1).build());
                RawClient grill = RawClient.device(broker.address(), "grill");
                RawClient beyond = new RawClient(broker.address())) {
            beyond.send(Packets.connect("fryer").bytes());
            assertEquals(3, beyond.read().code(1));
            assertTrue(beyond.isClosedByBroker());
            grill.send(Packets.PINGREQ);
            assertTrue(grill.read().is(RawClient.PINGRESP));
        }
    }

    @Test
    void canariesHaveOneClientIdForEachLoopWhichNoDeviceCanHave() {
        Canaries canaries = new Canaries(7, name -> Math.floorMod(name.hashCode(), 7), new SecureRandom());
        Set<Integer> loops = new HashSet<>();
        for (Canaries.Account account : canaries.accounts()) {
            loops.add(Math.floorMod(account.clientId().hashCode(), 7));
            assertTrue(Canaries.isName(account.clientId()));
            assertFalse(DeviceId.isValid(account.clientId()));
            assertTrue(canaries.isSecretOf(account.clientId(), account.secret()));
            assertFalse(canaries.isSecretOf(account.clientId(), new byte[32]));
        }
        assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6), loops);
    }

    @Test
    void canaryFailsWhenTheBrokerIsClosed() throws IOException {
        TestBroker closed = new TestBroker();
        closed.close();
        Canaries canaries = new Canaries(1, name -> 0, new SecureRandom());
        try (Canary canary = new Canary(
                canaries.accounts().get(0),
                closed.address(),
                new CanaryPorts(),
                payload -> closed.broker().publish(new DeviceId("nobody"), payload),
                Duration.ofSeconds(2))) {
            assertTrue(canary.probe(1)
                    .handle((received, failure) -> failure != null)
                    .join());
        }
    }

    /** A broker with one session loop, whose canary fails or succeeds as the test says. */
    private static class StubTarget implements Watchdog.Target {
        final AtomicInteger rounds = new AtomicInteger();
        final AtomicInteger busy = new AtomicInteger();
        /** The round of each restart, counted from the one before. */
        final List<Integer> restarts = new CopyOnWriteArrayList<>();

        volatile boolean working;
        volatile boolean canarySucceeds;
        private final AtomicLong done = new AtomicLong();

        @Override
        public boolean isListening() {
            rounds.incrementAndGet();
            return true;
        }

        @Override
        public List<Canaries.Account> accounts() {
            return new Canaries(1, name -> 0, new SecureRandom()).accounts();
        }

        @Override
        public Watchdog.Probe openCanary(Canaries.Account account) {
            return new Watchdog.Probe() {
                @Override
                public CompletableFuture<?> probe(long number) {
                    done.addAndGet(working ? 1 : 0);
                    return canarySucceeds
                            ? CompletableFuture.completedFuture(null)
                            : CompletableFuture.failedFuture(new IllegalStateException("no signal"));
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public long commandsDone(int loop) {
            return done.get();
        }

        @Override
        public void busy(int loop) {
            busy.incrementAndGet();
        }

        @Override
        public void probed(boolean succeeded) {}

        @Override
        public void healthy() {}

        @Override
        public void restart(String reason) {
            restarts.add(rounds.getAndSet(0));
            throw new OutOfDescriptors();
        }
    }

    /** What a restart may throw. */
    private static final class OutOfDescriptors extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void restartsThatDoNotHelpBecomeRarer() {
        StubTarget dead = new StubTarget();
        Watchdog watchdog = new Watchdog(dead, Duration.ofMillis(1), 2);

        await().until(() -> dead.restarts.size() >= 4);

        watchdog.close();
        assertEquals(List.of(2, 4, 8, 16), dead.restarts.subList(0, 4));
        assertEquals(0, dead.busy.get());
    }

    @Test
    void restartsAreForgottenAfterManyGoodRounds() {
        StubTarget target = new StubTarget();
        Watchdog watchdog = new Watchdog(target, Duration.ofMillis(1), 2);
        await().until(() -> target.restarts.size() >= 3);
        target.canarySucceeds = true;
        await().until(() -> target.rounds.get() >= 100);
        int before = target.restarts.size();
        target.rounds.set(0);
        target.canarySucceeds = false;
        await().until(() -> target.restarts.size() > before);

        watchdog.close();
        assertTrue(target.restarts.get(before) < 8, "after " + target.restarts.get(before) + " rounds");
    }

    @Test
    void busyLoopIsNotRestartedAsSoonAsADeadOne() {
        StubTarget target = new StubTarget();
        target.working = true;
        Watchdog watchdog = new Watchdog(target, Duration.ofMillis(1), 2);

        await().until(() -> target.restarts.size() >= 1);

        watchdog.close();
        assertEquals(20, target.restarts.get(0));
        assertTrue(target.busy.get() >= 20);
    }

    @Test
    void guarantee6ClientsOfALocalProxyCannotTakeThePlacesOfTheCanaries() throws Exception {
        try (TestBroker broker = new TestBroker(withShortInterval()
                .maxConnections(1)
                .connectTimeout(Duration.ofMinutes(1))
                .build())) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                silent.add(new Socket(
                        broker.address().getAddress(), broker.address().getPort()));
            }
            double before = broker.canaryRounds();
            await().until(() -> broker.canaryRounds() >= before + 6 * LOOPS);
            assertEquals(0, broker.counted("bellwire.broker.restarts"));
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }
}

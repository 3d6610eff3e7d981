package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.BrokerOptions;
import io.bellwire.feedapi.ConfigurationException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BellwireTest {
    /** Threads of the class library and of the test itself. */
    private static final Set<String> JVM_THREADS = Set.of(
            "Common-Cleaner", "Cleaner-0", "process reaper", "Keep-Alive-Timer", "Attach Listener", "awaitility");

    @TempDir
    Path folder;

    @Test
    void twoServersInOneJvmAreIndependent() {
        try (Bellwire one = Bellwire.start();
                Bellwire other = Bellwire.start()) {
            assertNotEquals(one.http(), other.http());
            assertNotEquals(one.mqtt(), other.mqtt());
            assertNotEquals(one.operatorToken(), other.operatorToken());
            String secret = new TestOperator(one).register("grill");
            assertEquals(404, new TestOperator(other).status("/v1/devices/grill"));
            try (SignalledDevice grill = new SignalledDevice(one.mqtt(), "grill", secret)) {
                new TestOperator(one).order("grill");
                await().until(() -> grill.revisions().contains(1L));
            }
        }
    }

    @Test
    void startedServerIsReady() {
        try (Bellwire bellwire = Bellwire.start()) {
            assertEquals(200, new TestOperator(bellwire).status("/healthz"));
            assertEquals(200, new TestOperator(bellwire).status("/readyz"));
        }
    }

    @Test
    void metricsIncludeTheServersOwnResources() {
        try (Bellwire bellwire = Bellwire.start()) {
            System.gc();
            String metrics = new TestOperator(bellwire).metrics();
            for (String name : List.of(
                    "bellwire_http_connections",
                    "bellwire_broker_connections",
                    "bellwire_broker_sockets",
                    "bellwire_logins_failed_addresses",
                    "bellwire_bridge_late_seconds",
                    "bellwire_broker_buffers_bytes",
                    "bellwire_heap_after_collection_bytes",
                    "bellwire_timers{thread=\"http\"}",
                    "bellwire_timers{thread=\"bridge\"}",
                    "bellwire_timers{thread=\"webhooks\"}",
                    "jvm_memory_used_bytes{area=\"nonheap\",id=\"Metaspace\"}",
                    "jvm_buffer_memory_used_bytes{id=\"direct\"}",
                    "jvm_threads_live_threads",
                    "process_files_open_files",
                    "process_cpu_usage",
                    "process_cpu_seconds_total")) {
                assertTrue(
                        metrics.lines().anyMatch(line -> line.startsWith(name + " ") && line.matches(".* [0-9].*")),
                        name + " in " + metrics);
            }
            assertTrue(metrics.lines()
                    .filter(line -> line.startsWith("bellwire_heap_after_collection_bytes "))
                    .anyMatch(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))) > 1_000_000));
        }
    }

    @Test
    void operatorTokenStaysTheSameAfterARestart() throws Exception {
        String token;
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(folder))) {
            token = bellwire.operatorToken();
            assertEquals(
                    token,
                    Files.readString(bellwire.operatorTokenFile().orElseThrow()).strip());
        }
        try (Bellwire bellwire = Bellwire.start(BellwireOptions.inFolder(folder))) {
            assertEquals(token, bellwire.operatorToken());
        }
    }

    @Test
    void secondServerOnTheSameFolderIsRefusedAndDoesNotDisturbTheFirst() {
        try (Bellwire first = Bellwire.start(BellwireOptions.inFolder(folder))) {
            ConfigurationException refused =
                    assertThrows(ConfigurationException.class, () -> Bellwire.start(BellwireOptions.inFolder(folder)));
            assertTrue(String.valueOf(refused.getMessage()).contains(folder.toString()));
            new TestOperator(first).register("grill");
        }
    }

    @Test
    void takenMqttPortIsRefusedAndNothingIsLeftRunning() throws Exception {
        Set<String> before = threads();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BellwireOptions options = BellwireOptions.inFolder(folder)
                    .withMqtt(BrokerOptions.builder().port(taken.getLocalPort()).build());
            ConfigurationException refused = assertThrows(ConfigurationException.class, () -> Bellwire.start(options));
            assertTrue(String.valueOf(refused.getMessage()).contains("127.0.0.1:" + taken.getLocalPort()));
        }
        awaitNoOtherThreads(before);
        // the folder is unlocked
        Bellwire.start(BellwireOptions.inFolder(folder)).close();
    }

    @Test
    void closedServerLeavesNoThreadAndClosingItAgainDoesNothing() {
        Set<String> before = threads();
        Bellwire bellwire = Bellwire.start();
        bellwire.close();
        bellwire.close();
        awaitNoOtherThreads(before);
    }

    private static void awaitNoOtherThreads(Set<String> before) {
        await().untilAsserted(() -> {
            Set<String> left = threads();
            left.removeAll(before);
            assertEquals(Set.of(), left);
        });
    }

    /** Thread names without numbers, which pools increase. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> JVM_THREADS.stream().noneMatch(name::startsWith))
                .collect(Collectors.toSet());
    }
}

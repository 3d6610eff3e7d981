package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Supervises a shell script in place of a server. */
@Timeout(60)
class ServerProcessTest {
    @TempDir
    Path folder;

    private Path server;

    @BeforeEach
    void serverThatNotesItsProcessAndItsPorts() throws IOException {
        server = Files.writeString(folder.resolve("server"), """
                #!/bin/sh
                echo "$$ $2 $4" >> "$0.starts"
                [ "$2" = 0 ] && set -- x 4001 y 4002
                echo "some noise"
                echo "{\\"ready\\":true,\\"http\\":\\"http://127.0.0.1:$2\\",\\"mqtt\\":\\"mqtt://127.0.0.1:$4\\",\\"operator_token_file\\":\\"token\\"}"
                exec tail -f /dev/null
                """);
        assertTrue(server.toFile().setExecutable(true));
    }

    private ServerProcess process(String command) {
        return new ServerProcess(command, folder.resolve("log"), ServerProcess.Extras.NONE);
    }

    private List<String> starts() throws IOException {
        return Files.readAllLines(folder.resolve("server.starts"));
    }

    private boolean lives(int start) throws IOException {
        long pid = Long.parseLong(starts().get(start).replaceAll(" .*", ""));
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        return handle.isPresent() && handle.get().isAlive();
    }

    @Test
    void serverStartsOnFreePortsAndAfterAKillOnTheSameOnes() throws Exception {
        try (ServerProcess process = process(server.toString())) {
            ServerAddress address = process.start();
            assertEquals(4001, address.endpoints().http().getPort());
            assertEquals(4002, address.endpoints().mqtt().getPort());
            assertEquals(Path.of("token"), address.tokenFile());
            assertTrue(lives(0));

            process.kill();
            assertFalse(lives(0));
            assertEquals(address, process.start());
            assertTrue(starts().get(0).endsWith(" 0 0") && starts().get(1).endsWith(" 4001 4002"), starts()::toString);
            assertNull(process.diedOfItself());
        }
        assertFalse(lives(1), "nothing is left running");
    }

    @Test
    void serverIsAskedToStopAndIsWaitedFor() throws Exception {
        Files.writeString(
                server,
                Files.readString(server)
                        .replace(
                                "exec tail -f /dev/null",
                                "trap 'kill $!; echo stopped > \"$0.stopped\"; exit 0' TERM\n"
                                        + "while true; do tail -f /dev/null & wait; done"));
        try (ServerProcess process = process(server.toString())) {
            ServerAddress address = process.start();
            long pid = Long.parseLong(starts().get(0).replaceAll(" .*", ""));
            // the script says that it is ready before it has begun to wait
            Awaitility.await()
                    .until(() -> pidsAbove(process.handle().orElseThrow(), pid).equals(List.of(pid)));

            process.stop();
            assertEquals("stopped\n", Files.readString(folder.resolve("server.stopped")));
            assertFalse(lives(0));
            assertEquals(address, process.start());
            assertNull(process.diedOfItself(), "it was told to end");
        }
    }

    /** The innermost process of a server that is a shell script is the one that the script waits for. */
    private static List<Long> pidsAbove(ProcessHandle innermost, long pid) {
        return innermost.parent().map(ProcessHandle::pid).filter(parent -> parent == pid).stream()
                .toList();
    }

    @Test
    void serverThatEndsByItselfIsNoticed() throws Exception {
        try (ServerProcess process = process(server.toString())) {
            process.start();
            long pid = Long.parseLong(starts().get(0).replaceAll(" .*", ""));
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();

            Awaitility.await().until(() -> process.diedOfItself() != null);
        }
    }

    @Test
    void serverThatNeverBecomesReadyIsReportedWithItsLog() {
        try (ServerProcess process = process("echo the port is taken >&2; exit 2; true")) {
            FleetException failed = assertThrows(FleetException.class, process::start);

            assertTrue(failed.getMessage().contains("the port is taken"), failed::getMessage);
        }
    }

    @Test
    void serverDoesNotOutliveASupervisorThatIsKilled() throws Exception {
        Process supervisor = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SupervisorProcess.class.getName(),
                        server.toString(),
                        folder.resolve("log").toString())
                .redirectError(folder.resolve("supervisor.log").toFile())
                .start();
        try (BufferedReader out = supervisor.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("ready", out.readLine());
            assertTrue(lives(0));
        } finally {
            // as kill -9 does: no shutdown hook of it runs
            supervisor.destroyForcibly();
        }

        Awaitility.await().until(() -> !lives(0));
    }
}

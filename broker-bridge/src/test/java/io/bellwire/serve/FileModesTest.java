package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but the server's user can read its data, whatever the umask, and whoever made the folder. */
class FileModesTest {
    @TempDir
    Path folder;

    /** Runs the program with a umask that forbids nothing. */
    private static Process open(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "umask 000; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Serve.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }

    private static ChildServer serve(Path data) throws IOException {
        return ChildServer.readyIn(open("--http-port=0", "--mqtt-port=0", "--data-dir=" + data));
    }

    private static void assertClosed(Path data) throws IOException {
        List<String> open = new ArrayList<>();
        int count = 0;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                count++;
                if (!mode.equals(Files.isDirectory(file) ? "rwx------" : "rw-------")) {
                    open.add(mode + " " + data.relativize(file));
                }
            }
        }
        assertEquals(List.of(), open);
        assertTrue(count > 4, count + " files are too few to be all");
    }

    private static void use(ChildServer server, String device) {
        TestOperator operator = server.operator();
        String unused = operator.register(device);
        for (int i = 0; i < 50; i++) {
            operator.order(device);
        }
    }

    @Test
    void newFolderAndItsBackupAreTheOwnersAloneWithoutAnyUmask() throws Exception {
        Path data = folder.resolve("a").resolve("data");
        try (ChildServer server = serve(data)) {
            use(server, "grill");
            await().until(() -> Files.exists(data.resolve("query.mv.db"))); // made while the server serves
            assertClosed(data);
            assertEquals(0, ChildServer.exitCode(open("backup", folder + "/backup", "--data-dir", data.toString())));
            server.terminate();
        }
        assertClosed(data);
        assertClosed(folder.resolve("backup"));
        Files.delete(data.resolve("query.mv.db")); // it is made again
        try (ChildServer server = serve(data)) {
            use(server, "fryer");
            server.kill();
        }
        assertClosed(data);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.getParent())));
    }

    @Test
    void openFolderOfAnEarlierServerIsClosedAndItSaysSo() throws Exception {
        Path data = folder.resolve("data");
        try (ChildServer server = serve(data)) {
            use(server, "grill");
            server.terminate();
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }

        try (ChildServer server = serve(data)) {
            assertClosed(data);
            server.terminate();
            String log = new String(server.process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(log.contains("was open to other users"), log);
        }
    }

    @Test
    void openFolderOfOthersIsRefusedWithOneLine() throws Exception {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.writeString(shared.resolve("thesis.tex"), "mine");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        Process refused = open("--http-port=0", "--mqtt-port=0", "--data-dir=" + shared);

        assertEquals(2, ChildServer.exitCode(refused));
        List<String> lines = refused.errorReader(StandardCharsets.UTF_8).lines().toList();
        assertTrue(lines.get(lines.size() - 1).contains("is open to other users"), lines.toString());
        assertEquals("rwxrwxrwx", PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)));
    }
}

package io.bellwire.feedapi;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.http.ApiClient;
import io.bellwire.http.ApiFixture;
import io.bellwire.http.CheckedResponse;
import io.bellwire.log.LogLimits;
import io.bellwire.log.PostgresFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failed start says in one line which option or file is wrong; a restart finds all that was written. */
class StartingTest {
    @TempDir
    Path folder;

    private FeedApiOptions inFolder() {
        return FeedApiOptions.DEFAULT.withDataFolder(folder.resolve("data"));
    }

    private static FeedApiOptions onPostgres() {
        return FeedApiOptions.DEFAULT.withPostgres(
                new FeedApiOptions.Postgres(PostgresFixture.freshDatabase().url(), "postgres", ""));
    }

    private static String refusal(FeedApiOptions options) {
        String message = assertThrows(ConfigurationException.class, () -> ApiFixture.of(options))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertFalse(message.contains("Exception"), message);
        return message;
    }

    private static FeedApiOptions onPort(FeedApiOptions options, String host, int port) {
        return options.toBuilder().host(host).port(port).build();
    }

    @Test
    void dataFolderIsUsedByOneServerAtATime() {
        try (ApiFixture server = ApiFixture.of(inFolder())) {
            assertTrue(refusal(inFolder()).matches("data folder .*data is in use by another server"));
            server.stranger().get("/readyz").expect(200);
        }
        ApiFixture.of(inFolder()).close();
    }

    @Test
    void fileIsNoDataFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("data"));
        assertTrue(refusal(inFolder()).contains(file + " is not a folder"));
        assertTrue(refusal(FeedApiOptions.DEFAULT.withDataFolder(file.resolve("below")))
                .contains("data folder"));
    }

    @Test
    void takenPortIsNamedAndLeavesTheDataFolderFree() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertTrue(refusal(onPort(inFolder(), "127.0.0.1", port)).contains("127.0.0.1:" + port));
        }
        ApiFixture.of(inFolder()).close();
    }

    @Test
    void impossibleAddressIsNamed() {
        assertTrue(refusal(onPort(inFolder(), "host.invalid", 0)).contains("host.invalid"));
    }

    @Test
    void logThatCannotBeReadIsNamed() throws IOException {
        ApiFixture.of(inFolder()).close();
        Path log = folder.resolve("data").resolve("log");
        Files.writeString(log.resolve("0000000001.log"), "this is no log".repeat(1_000));

        assertTrue(refusal(inFolder()).contains("0000000001.log at byte 0"));
    }

    @Test
    void logThatHasLostAFileIsNoFreshStart() throws IOException {
        ApiFixture.of(inFolder()).close();
        Path log = folder.resolve("data").resolve("log");
        Files.delete(log.resolve("0000000001.log"));
        assertTrue(refusal(inFolder()).contains("0000000001.log is missing"));

        Files.createFile(log.resolve("0000000001.log"));
        assertTrue(refusal(inFolder()).contains("0000000001.log at byte 0"));
    }

    @Test
    void foreignFileBesideTheLogIsLeftAlone() throws IOException {
        ApiFixture.of(inFolder()).close();
        Path foreign = Files.writeString(folder.resolve("data").resolve("log").resolve("notes.txt"), "do not delete");

        ApiFixture.of(inFolder()).close();

        assertEquals("do not delete", Files.readString(foreign));
        List<String> notes = new ArrayList<>();
        assertEquals(
                List.of(),
                LogMaintenance.check(folder.resolve("data"), notes::add).problems());
        assertTrue(notes.contains("notes.txt is no file of a log, and is left alone"), notes.toString());
    }

    @Test
    void lockFileHoldsNothingThatCouldBeDamaged() throws IOException {
        ApiFixture.of(inFolder()).close();
        Files.writeString(folder.resolve("data").resolve("bellwire.lock"), "broken");

        ApiFixture.of(inFolder()).close();
    }

    @Test
    void segmentThatTheManifestDoesNotKnowIsNoSilentStart() throws IOException {
        ApiFixture.of(inFolder()).close();
        Path log = folder.resolve("data").resolve("log");
        Files.copy(log.resolve("0000000001.log"), log.resolve("0000000002.log"));
        Files.copy(log.resolve("0000000001.log"), log.resolve("0000000007.log"));

        assertTrue(refusal(inFolder()).contains("0000000002.log"));
        Files.delete(log.resolve("0000000002.log"));
        assertTrue(LogMaintenance.check(folder.resolve("data"), line -> {}).problems().stream()
                .anyMatch(problem -> problem.startsWith("0000000007.log is newer")));
    }

    @Test
    void logThatIsMissingBesideWhatWasMadeFromItIsNoFreshStart() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.createFile(folder.resolve("data").resolve("query.mv.db"));

        assertTrue(refusal(inFolder()).contains("has lost its log"));
    }

    @Test
    void folderOfAServerOnPostgresIsNoFolderForALogOfItsOwn() throws IOException {
        FeedApiOptions onPostgres = onPostgres().withDataFolder(folder.resolve("data"));
        ApiFixture.of(onPostgres).close();

        assertTrue(refusal(inFolder()).contains("belongs to a server whose log is in PostgreSQL"));

        ApiFixture.of(onPostgres).close();
    }

    @Test
    void folderThatHoldsALogIsNoFolderForAServerOnPostgres() {
        ApiFixture.of(inFolder()).close();
        FeedApiOptions onPostgres = onPostgres().withDataFolder(folder.resolve("data"));

        assertTrue(refusal(onPostgres).contains("holds a log (log), and a PostgreSQL database is named as well"));

        ApiFixture.of(inFolder()).close();
    }

    @Test
    void databaseThatCannotBeReachedLeavesTheFolderAsItWas() {
        FeedApiOptions.Postgres nowhere = new FeedApiOptions.Postgres("jdbc:postgresql://127.0.0.1:1/none", "a", "b");

        assertTrue(refusal(inFolder().withPostgres(nowhere)).contains("cannot open the database"));

        ApiFixture.of(inFolder()).close();
    }

    @Test
    void logOfAnEarlierFormIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.createFile(folder.resolve("data").resolve("bellwire.mv.db"));

        assertTrue(refusal(inFolder()).contains("a log of an earlier form (bellwire.mv.db)"));
    }

    @Test
    void badOptionIsNamed() {
        FeedApiOptions good = FeedApiOptions.DEFAULT;
        assertOption("HTTP port", () -> onPort(good, "127.0.0.1", 65_536));
        assertOption("HTTP port", () -> onPort(good, "127.0.0.1", -1));
        assertOption("host", () -> onPort(good, " ", 0));
        assertOption("retention", () -> with(Duration.ofSeconds(59), Duration.ofSeconds(59), 1, 1));
        assertOption("idempotency keys", () -> with(Duration.ofDays(1), Duration.ofDays(2), 1, 1));
        assertOption("HTTP connections", () -> with(Duration.ofDays(1), Duration.ofDays(1), 0, 1));
        assertOption("waiting long polls", () -> with(Duration.ofDays(1), Duration.ofDays(1), 1, -1));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LogLimits.DEFAULT.withQueuedWritesMax(0))
                .getMessage()
                .contains("queued writes"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LogLimits.DEFAULT.withRecentBytesMax(-1))
                .getMessage()
                .contains("recent"));
    }

    private static void assertOption(String name, org.junit.jupiter.api.function.Executable option) {
        String message = assertThrows(ConfigurationException.class, option).getMessage();
        assertTrue(message.startsWith(name), message);
    }

    @Test
    void shortRetentionIsCheckedMoreOften() {
        assertEquals(600_000, FeedApi.expireIntervalMillis(Duration.ofDays(30)));
        assertEquals(7_500, FeedApi.expireIntervalMillis(Duration.ofMinutes(1)));
    }

    private static FeedApiOptions with(Duration retention, Duration answers, int connections, int waiters) {
        return FeedApiOptions.builder()
                .retention(retention)
                .responsesKept(answers)
                .connectionsMax(connections)
                .waitersMax(waiters)
                .build();
    }

    @Test
    void operatorTokenIsTheOwnersAloneAndStaysTheSame() throws IOException {
        String first;
        try (ApiFixture server = ApiFixture.of(inFolder())) {
            Path file = server.api().operatorTokenFile().orElseThrow();
            assertEquals(folder.resolve("data").resolve("operator-token"), file);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            first = Files.readString(file).strip();
            server.as(first).put("/v1/devices/grill").expect(201);
        }
        try (ApiFixture server = ApiFixture.of(inFolder())) {
            assertEquals(first, server.api().operatorToken());
            server.as(first).get("/v1/devices/grill").expect(200);
        }
    }

    @Test
    void shortOperatorTokenIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data").resolve("operator-token"), "1234\n");

        assertTrue(refusal(inFolder()).contains("operator token"));
        Files.delete(folder.resolve("data").resolve("operator-token"));
        ApiFixture.of(inFolder()).close();
    }

    @Test
    void settingsKeyIsTheOwnersAloneAndStaysTheSame() throws IOException {
        Path file = folder.resolve("data").resolve("settings-key");
        ApiFixture.of(inFolder()).close();
        byte[] first = Files.readAllBytes(file);
        assertEquals(32, first.length);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));

        ApiFixture.of(inFolder()).close();

        assertArrayEquals(first, Files.readAllBytes(file));
        Files.delete(file);
        ApiFixture.of(inFolder()).close();
        assertFalse(Arrays.equals(first, Files.readAllBytes(file)), "a new one is made");
    }

    @Test
    void settingsKeyOfAWrongLengthIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data").resolve("settings-key"), "1234\n");

        assertTrue(refusal(inFolder()).contains("has 5 bytes, not 32"));
        Files.delete(folder.resolve("data").resolve("settings-key"));
        ApiFixture.of(inFolder()).close();
    }

    @Test
    void guarantee1AllIsThereAfterARestart() {
        ApiFixture.Device grill;
        CheckedResponse page;
        CheckedResponse order;
        try (ApiFixture server = ApiFixture.of(inFolder())) {
            grill = server.register("grill");
            server.orders(grill, 3);
            order = server.operator()
                    .order(grill.order(), "Idempotency-Key", "breakfast")
                    .expect(201);
            page = grill.client().get(grill.feed()).expect(200);
            grill.client()
                    .postJson(grill.path() + "/acks", "{\"processed\":\"" + page.cursor() + "\"}")
                    .expect(200);
        }
        try (ApiFixture server = ApiFixture.of(inFolder())) {
            ApiClient client = server.as(grill.client().token());
            assertEquals(page.text(), client.get(grill.feed()).expect(200).text());
            assertEquals(0, client.get(grill.path()).json().path("pending").asInt());
            assertEquals(4, client.get(grill.path()).json().path("received").asInt());
            assertEquals(order.text(), client.get(order.header("location")).text());
            assertEquals(
                    order.text(),
                    server.operator()
                            .order(grill.order(), "Idempotency-Key", "breakfast")
                            .expect(201)
                            .text());
            server.orders(grill, 1);
            assertEquals(
                    List.of(5L),
                    client.get(grill.feed() + "?cursor=" + page.cursor()).revisions());
        }
    }

    @Test
    void sameApiRunsOnPostgres() {
        FeedApiOptions options = onPostgres();
        ApiFixture.Device grill;
        String page;
        try (ApiFixture server = ApiFixture.of(options)) {
            assertTrue(refusal(options).contains("another Bellwire server is working on this database"));
            server.stranger().get("/readyz").expect(200);
            grill = server.register("grill");
            server.orders(grill, 3);
            page = grill.client().get(grill.feed()).expect(200).text();
            await().until(() ->
                    server.operator().get("/v1/orders").json().path("orders").size() == 3);
        }
        try (ApiFixture server = ApiFixture.of(options)) {
            // the search is in memory, and scans the orders of the earlier server
            await().until(() -> server.operator()
                            .get("/v1/orders/counts")
                            .json()
                            .path("total")
                            .asInt()
                    == 3);
            assertEquals(
                    page,
                    server.as(grill.client().token())
                            .get(grill.feed())
                            .expect(200)
                            .text());
        }
    }
}

package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.TrustedProxies;
import io.bellwire.bridge.BridgeOptions;
import io.bellwire.broker.BrokerOptions;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.group.GroupLimits;
import io.bellwire.http.ProtectedOperation;
import io.bellwire.http.SecretRules;
import io.bellwire.log.Durability;
import io.bellwire.query.QueryOptions;
import io.bellwire.tls.CertifiedName;
import io.bellwire.tls.TlsOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeOptionsTest {
    private static final Map<String, String> NO_ENVIRONMENT = Map.of();

    @TempDir
    Path folder;

    @Test
    void defaultsAreThoseOfARealServer() {
        BellwireOptions options = Serve.parse(new String[0], NO_ENVIRONMENT).toBellwireOptions();
        assertEquals(8080, options.feed().port());
        assertEquals(1883, options.mqtt().port());
        assertEquals("127.0.0.1", options.feed().host());
        assertEquals("127.0.0.1", options.mqtt().host());
        assertEquals(Optional.of(Path.of("bellwire-data")), options.feed().dataFolder());
        assertEquals(Durability.SYNC, options.feed().durability());
        assertEquals(Duration.ofMillis(100), options.signals().window());
        assertEquals(Duration.ofSeconds(1), options.signals().reminders().first());
        assertEquals(Duration.ofSeconds(60), options.signals().reminders().max());
        assertEquals(BridgeOptions.DEFAULT, options.signals());
        assertEquals(Optional.empty(), options.routes());
        assertEquals(Optional.empty(), options.feed().postgres());
        assertEquals(FeedApiOptions.DEFAULT.streams(), options.feed().streams());
        assertEquals(FeedApiOptions.DEFAULT.callerRate(), options.feed().callerRate());
        assertEquals(SecretRules.DEFAULT, options.feed().secrets());
        assertEquals(FeedApiOptions.DEFAULT.feedReadRate(), options.feed().feedReadRate());
        assertEquals(FeedApiOptions.DEFAULT.feedPagesExpected(), options.feed().feedPagesExpected());
        assertEquals(GroupLimits.DEFAULT, options.feed().groups());
        assertEquals(FeedApiOptions.DEFAULT.failedLogins(), options.feed().failedLogins());
        assertEquals(BrokerOptions.defaults(), options.mqtt());
    }

    @Test
    void secondFactorIsAskedForTheOperationsThatAreListed() {
        for (String[] args :
                new String[][] {{"--second-factor-for=secrets,deletion"}, {"--second-factor-for", "DELETION,secrets"}
                }) {
            assertEquals(
                    new SecretRules(Duration.ZERO, Set.of(ProtectedOperation.SECRETS, ProtectedOperation.DELETION)),
                    Serve.parse(args, NO_ENVIRONMENT).toBellwireOptions().feed().secrets());
        }
        assertEquals(
                Set.of(ProtectedOperation.SECRETS),
                Serve.parse(new String[0], Map.of("BELLWIRE_SECOND_FACTOR_FOR", "secrets"))
                        .toBellwireOptions()
                        .feed()
                        .secrets()
                        .secondFactorFor());
    }

    @Test
    void orderSearchIsOnByDefaultAndItsShareIsChecked() {
        assertEquals(
                QueryOptions.DEFAULT,
                Serve.parse(new String[0], NO_ENVIRONMENT)
                        .toBellwireOptions()
                        .feed()
                        .query());
        ServeOptions off = Serve.parse(new String[] {"--order-search=off"}, NO_ENVIRONMENT);
        assertEquals(QueryOptions.OFF, off.toBellwireOptions().feed().query());
        ServeOptions half = Serve.parse(new String[] {"--order-search-cpu-share", "0.5"}, NO_ENVIRONMENT);
        assertEquals(
                new QueryOptions(true, 0.5), half.toBellwireOptions().feed().query());
        ServeOptions none = Serve.parse(new String[] {"--order-search-cpu-share=0"}, NO_ENVIRONMENT);
        ConfigurationException refused = assertThrows(ConfigurationException.class, none::toBellwireOptions);
        assertEquals("http: the order search's CPU share must be above 0 and at most 1, is 0.0", refused.getMessage());
    }

    @Test
    void groupLimitOutOfRangeIsRefusedByName() {
        ServeOptions options = Serve.parse(new String[] {"--fanout-batch-max=0"}, NO_ENVIRONMENT);
        ConfigurationException refused = assertThrows(ConfigurationException.class, options::toBellwireOptions);
        assertEquals("http: members in a batch of the fan-out must be 1 to 10000, is 0", refused.getMessage());
    }

    @Test
    void commandLineComesBeforeEnvironmentBeforeFileBeforeDefault() throws Exception {
        String file = file("http-port=1\nmqtt-port=2\nhost=10.0.0.1\n").toString();
        Map<String, String> environment = Map.of("BELLWIRE_HTTP_PORT", "3", "BELLWIRE_MQTT_PORT", "4");
        ServeOptions options = Serve.parse(new String[] {"--config", file, "--http-port=5"}, environment);
        assertEquals(5, options.httpPort);
        assertEquals(4, options.mqttPort);
        assertEquals("10.0.0.1", options.host);
        assertEquals(Durability.SYNC, options.durability);
    }

    @Test
    void routesAndTheirLimitsAreOptionsLikeAnyOther() {
        BellwireOptions options = Serve.parse(
                        new String[] {"--spread-max=0s", "--message-bytes-max=2000"},
                        Map.of("BELLWIRE_ROUTES", "routes.yaml"))
                .toBellwireOptions();
        assertEquals(Optional.of(Path.of("routes.yaml")), options.routes());
        assertEquals(Duration.ZERO, options.signals().spreadMax());
        assertEquals(2_000, options.signals().bytesMax());
    }

    @Test
    void environmentMayNameTheConfigFile() throws Exception {
        String file = file("durability=process\nsignal-window=1s\n").toString();
        ServeOptions options = Serve.parse(new String[0], Map.of("BELLWIRE_CONFIG", file));
        assertEquals(Durability.PROCESS, options.durability);
        assertEquals(Duration.ofSeconds(1), options.signalWindow);
    }

    @Test
    void emptyVariableCountsAsNotSet() {
        assertEquals(8080, Serve.parse(new String[0], Map.of("BELLWIRE_HTTP_PORT", "")).httpPort);
    }

    @Test
    void passwordOfPostgresIsReadFromItsFile() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
        String[] named = {
            "--postgres-url",
            "jdbc:postgresql://db/bellwire?password=s3cret",
            "--postgres-password-file",
            file.toString()
        };

        var postgres = Serve.parse(named, Map.of())
                .toBellwireOptions()
                .feed()
                .postgres()
                .orElseThrow();

        assertEquals("s3cret", postgres.password());
        assertFalse(postgres.toString().contains("s3cret"), postgres.toString());
        ServeOptions both = Serve.parse(named, Map.of("BELLWIRE_POSTGRES_PASSWORD", "other"));
        assertThrows(ConfigurationException.class, both::toBellwireOptions);
    }

    @Test
    void postgresOptionsAreCombined() {
        ServeOptions options = Serve.parse(
                new String[] {"--postgres-url", "jdbc:postgresql://db/bellwire"},
                Map.of("BELLWIRE_POSTGRES_PASSWORD", "s3cret"));
        var postgres = options.toBellwireOptions().feed().postgres().orElseThrow();
        assertEquals("jdbc:postgresql://db/bellwire", postgres.url());
        assertEquals("bellwire", postgres.user());
        assertEquals("s3cret", postgres.password());
    }

    @ParameterizedTest
    @CsvSource({"100ms, PT0.1S", "10s, PT10S", "5m, PT5M", "2h, PT2H", "30d, PT720H", "0ms, PT0S"})
    void durationsAreANumberAndAUnit(String text, Duration duration) {
        assertEquals(duration, Serve.parse(new String[] {"--signal-window", text}, NO_ENVIRONMENT).signalWindow);
    }

    @ParameterizedTest
    @CsvSource({
        "--http-port=x, '--http-port'",
        "--http-port=70000, 'http: HTTP port must be 0 to 65535, is 70000'",
        "--mqtt-port=-1, 'mqtt: port must be 0 to 65535 and not -1'",
        "--durability=maybe, '--durability'",
        "--signal-window=soon, '''soon'' is not a number and one of ms, s, m, h, d'",
        "--signal-window=2m, 'signals: window must be zero to a minute, is PT2M'",
        "--ring-again-max=1ms, 'signals: backoff max must be at least its first'",
        "--retention=1s, '--retention=1s is too short: changes are kept for at least 1m, and for at least as long as"
                + " idempotency keys, --idempotency-kept=7d'",
        "--retention=1440m, '--retention=1440m is shorter than --idempotency-kept=7d: changes are kept for at least as"
                + " long as idempotency keys'",
        "--idempotency-kept=59s, '--idempotency-kept=59s is too short: idempotency keys are kept for at least 1m, and for"
                + " at most as long as changes, --retention=30d'",
        "--mqtt-packet-bytes-max=1, 'mqtt: maxPacketBytes'",
        "--mqtt-login-burst=0, 'mqtt: loginBurstPerDevice must be 1 to 1000000 and not 0'",
        "--mqtt-connect-rate=-1, 'mqtt: connectRatePerAddress must be'",
        "--failed-login-burst=0, 'http: requests in a burst'",
        "--failed-login-wait-max=1h, 'http: the longest wait after failed logins must be 1 s to 10 min, is PT1H'",
        "--queued-writes-max=0, 'http: limit of queued writes'",
        "--disk-free-min=1000, 'http: free bytes of the disk must be at least 1048576, are 1000'",
        "--index-cache-bytes-max=0, 'http: memory for indexes must be at least 1024, is 0'",
        "--http-polls-per-caller-max=0, 'http: long polls of a caller must be at least 1'",
        "--http-unread-per-caller-max=0, 'http: bytes of unread answers of a caller must be at least 1'",
        "--http-unread-max=0, 'http: bytes of unread answers must be at least 1'",
        "--http-unread-after=0s, 'http: time to read an answer'",
        "--http-connections-per-address-max=-1, 'http: connections of an address must not be negative'",
        "--http-connect-burst=0, 'http: requests in a burst'",
        "--http-header-deadline=0s, 'http: deadline of headers'",
        "--http-streams-max=-1, 'http: streams must not be negative'",
        "--http-streams-per-caller-max=0, 'http: streams of one caller must be at least 1'",
        "--http-stream-heartbeat=61s, 'http: the heartbeat of streams'",
        "--http-stream-slow-after=1ms, 'http: the time after which a stream''s reader is slow'",
        "--secret-overlap=31d, 'http: overlap of secrets must be 0 to 30 days'",
        "'--second-factor-for=secrets,everything', '--second-factor-for'",
        "--caller-rate=-1, 'http: requests per second'",
        "--caller-burst=0, 'http: requests in a burst'",
        "--feed-read-rate=-1, 'http: requests per second'",
        "--feed-pages-expected=0, 'http: expected pages per second'",
        "--colour=red, '--colour'",
        "extra, 'extra'",
        "--config=/nowhere/bellwire.properties, 'no file /nowhere/bellwire.properties'"
    })
    void wrongValueIsRefusedByName(String argument, String message) {
        ConfigurationException refused =
                assertThrows(ConfigurationException.class, () -> Serve.parse(new String[] {argument}, NO_ENVIRONMENT)
                        .toBellwireOptions());
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    }

    @Test
    void retentionFromElsewhereIsNamedAsItWasTypedThere() throws Exception {
        Path file = file("idempotency-kept=48h\n");
        ServeOptions options = Serve.parse(new String[] {"--config=" + file}, Map.of("BELLWIRE_RETENTION", "1440m"));

        ConfigurationException refused = assertThrows(ConfigurationException.class, options::toBellwireOptions);

        assertTrue(
                String.valueOf(refused.getMessage())
                        .startsWith("--retention=1440m is shorter than --idempotency-kept=48h"),
                refused.getMessage());
    }

    @Test
    void unknownKeysOfTheFileAreRefusedByName() throws Exception {
        Path file = file("http-port=1\nhttp-prot=2\ncolour=red\n");
        ConfigurationException refused = assertThrows(
                ConfigurationException.class, () -> Serve.parse(new String[] {"--config=" + file}, NO_ENVIRONMENT));
        assertEquals("unknown option in " + file + ": colour, http-prot", refused.getMessage());
    }

    @Test
    void optionsForASingleStartAreNeitherKeysNorVariables() throws Exception {
        Path file = file("new-epoch=true\n");
        assertThrows(
                ConfigurationException.class, () -> Serve.parse(new String[] {"--config=" + file}, NO_ENVIRONMENT));
        assertEquals(false, Serve.parse(new String[0], Map.of("BELLWIRE_NEW_EPOCH", "true")).newEpoch);
        assertEquals(true, Serve.parse(new String[] {"--new-epoch"}, NO_ENVIRONMENT).newEpoch);
    }

    @Test
    void messageSaysWhereABadValueComesFrom() throws Exception {
        ConfigurationException fromEnvironment = assertThrows(
                ConfigurationException.class, () -> Serve.parse(new String[0], Map.of("BELLWIRE_HTTP_PORT", "x")));
        assertTrue(String.valueOf(fromEnvironment.getMessage()).endsWith(" (from BELLWIRE_HTTP_PORT)"));
        Path file = file("mqtt-port=x\n");
        ConfigurationException fromFile = assertThrows(
                ConfigurationException.class, () -> Serve.parse(new String[] {"--config=" + file}, NO_ENVIRONMENT));
        assertTrue(String.valueOf(fromFile.getMessage()).endsWith(" (from " + file + ")"));
    }

    private static TransportOptions transport(String... args) {
        return Serve.parse(args, NO_ENVIRONMENT).toBellwireOptions().transport();
    }

    @Test
    void optionsOfTlsAndProxies() {
        assertEquals(TransportOptions.LOOPBACK, transport());
        TransportOptions all = transport(
                "--tls-cert=c.pem",
                "--tls-key=k.pem",
                "--tls-client-ca=ca.pem",
                "--tls-client-auth=required",
                "--tls-client-id=san-uri",
                "--trusted-proxies=10.0.0.0/8,192.0.2.7");
        assertEquals(
                Optional.of(new TlsOptions(
                        Path.of("c.pem"),
                        Path.of("k.pem"),
                        Optional.of(
                                new TlsOptions.ClientCertificates(Path.of("ca.pem"), true, CertifiedName.SAN_URI)))),
                all.tls());
        assertEquals(TrustedProxies.of(List.of("10.0.0.0/8", "192.0.2.7")), all.proxies());
        assertEquals(
                Optional.of(Path.of("d/dev-tls")),
                transport("--dev-tls", "--data-dir=d").devTls());
        assertEquals(true, transport("--insecure").isInsecure());
    }

    @Test
    void optionsOfTlsThatDoNotFitTogetherAreRefused() {
        for (String[] wrong : new String[][] {
            {"--tls-cert=c.pem"},
            {"--tls-key=k.pem"},
            {"--tls-cert=c.pem", "--tls-key=k.pem", "--dev-tls"},
            {"--tls-client-ca=ca.pem"},
            {"--tls-client-auth=required"},
            {"--tls-client-id=serial"},
            {"--trusted-proxies=proxy.example"}
        }) {
            String message = String.valueOf(assertThrows(ConfigurationException.class, () -> transport(wrong))
                    .getMessage());
            assertTrue(message.contains("--") || message.contains("trusted proxies"), message);
        }
    }

    @Test
    void helpShowsEveryOptionWithItsDefaultAndNoSecret() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Serve.usage(new PrintStream(out, true, StandardCharsets.UTF_8));
        String help = out.toString(StandardCharsets.UTF_8);
        for (String text : new String[] {
            "--config",
            "--host",
            "127.0.0.1",
            "--http-port",
            "8080",
            "--mqtt-port",
            "1883",
            "--data-dir",
            "bellwire-data",
            "--durability",
            "synchronous_commit",
            "sync",
            "--signal-window",
            "100ms",
            "--ring-again-max",
            "60s",
            "--mqtt-connections-per-address-max",
            "--mqtt-connect-timeout",
            "--mqtt-connect-rate",
            "--mqtt-login-rate",
            "--failed-login-rate",
            "--http-streams-max",
            "15000",
            "--http-stream-heartbeat",
            "--caller-rate",
            "--feed-read-rate",
            "--feed-pages-expected",
            "BELLWIRE_HTTP_PORT",
            "standard error"
        }) {
            assertTrue(help.contains(text), text + " is not in\n" + help);
        }
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("bellwire.properties"), text);
    }
}

package io.bellwire.device;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.net.AgentRuntime;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.DeviceAgent;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.DeviceFeed;
import io.bellwire.device.net.Endpoints;
import io.bellwire.device.net.HiveMqSignals;
import io.bellwire.device.net.HttpFeed;
import io.bellwire.device.net.ScheduledTimers;
import io.bellwire.device.net.SignalSource;
import io.bellwire.device.state.FileStateStore;
import io.bellwire.device.state.StateStore;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example of the package documentation against a real server, and compares its lines with those here. */
@ExtendWith(BellwireExtension.class)
@Timeout(60)
class DeviceLibraryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SOURCES = Path.of("src");

    @TempDir
    Path folder;

    record GrillStore(StateStore file, Consumer<FeedChange> grill) implements StateStore {
        @Override
        public DeviceState load() throws IOException {
            return file.load();
        }

        @Override
        public void save(DeviceState state, List<Step> steps) throws IOException {
            for (Step step : steps) {
                if (step instanceof Step.Applied applied) {
                    grill.accept(applied.change());
                }
            }
            file.save(state, steps);
        }
    }

    @Test
    void deviceOfTheExampleAppliesTheOrdersOfItsFeed(Bellwire bellwire) throws Exception {
        String secret =
                call(bellwire, "PUT", "/v1/devices/grill-1", "").get("secret").textValue();
        Endpoints server = new Endpoints(bellwire.http(), bellwire.mqtt());
        Path stateFile = folder.resolve("grill-1.json");
        List<String> grilled = new CopyOnWriteArrayList<>();
        Consumer<FeedChange> grill = change -> grilled.add(change.orderId());
        String first = placeOrder(bellwire);

        ExecutorService threads = Executors.newFixedThreadPool(2);
        ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
        SignalSource signals = new HiveMqSignals(server.broker(), 1);
        BoundedHttpClient client = new BoundedHttpClient(threads, 4, 16);

        DeviceCredentials credentials = new DeviceCredentials(new DeviceId("grill-1"), secret);
        DeviceFeed feed = new HttpFeed(client, server.http(), credentials, 100);
        StateStore store = new GrillStore(new FileStateStore(stateFile), grill);
        Device device = new Device(DeviceSettings.STANDARD, store.load(), new SplittableRandom());

        AgentRuntime runtime = new AgentRuntime(timers, threads);
        DeviceAgent agent = new DeviceAgent(credentials, device, store, signals, feed, runtime);
        agent.start();

        await().until(() -> grilled.equals(List.of(first)));
        String second = placeOrder(bellwire);
        await().until(() -> grilled.equals(List.of(first, second)));
        await().until(() -> Files.readString(stateFile).contains("\"applied\":2,"));

        agent.close();
        signals.close();
        timers.close();
        threads.shutdown();
    }

    @Test
    void packageDocumentationShowsTheLinesOfThisTest() throws IOException {
        String documentation = Files.readString(SOURCES.resolve("main/java/io/bellwire/device/package-info.java"));
        String source = Files.readString(SOURCES.resolve("test/java/io/bellwire/device/DeviceLibraryTest.java"));
        List<String> test = lines(source);
        List<String> examples = Pattern.compile("<pre>\\{@code\n(.*?)\n \\* \\}</pre>", Pattern.DOTALL)
                .matcher(documentation)
                .results()
                .map(MatchResult::group)
                .toList();

        assertEquals(2, examples.size());
        for (String example : examples) {
            List<String> shown = lines(example.replaceAll("(?m)^ \\* ?", ""));
            List<String> code = shown.subList(1, shown.size() - 1);
            assertTrue(Collections.indexOfSubList(test, code) >= 0, () -> "not in this test: " + code);
        }
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).toList();
    }

    private static String placeOrder(Bellwire bellwire) throws IOException, InterruptedException {
        return call(bellwire, "POST", "/v1/orders", "{\"device_id\":\"grill-1\"}")
                .get("id")
                .textValue();
    }

    private static JsonNode call(Bellwire bellwire, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(bellwire.http().resolve(path))
                .header("Authorization", "Bearer " + bellwire.operatorToken())
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertEquals(201, response.statusCode(), response::body);
        return JSON.readTree(response.body());
    }
}

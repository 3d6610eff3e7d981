package io.bellwire.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bellwire.device.net.Endpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The part of the wire contract that a fleet needs, in memory, which survives {@link #killAndStart}. Misbehaves as its
 * {@link Fault} says.
 */
final class FakeServer implements ServerUnderTest, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EPOCH = "k3v9x2m4qd";

    /** What this server does wrong. */
    enum Fault {
        NONE,
        /** Acknowledges every 50th order and does not store it. */
        LOSES,
        /** Appends every 50th order to another device's feed. */
        MISDELIVERS,
        /** Takes a repeated order for a second order. */
        DUPLICATES,
        /** Acknowledges every 5th patch of an order's data, and its device never gets it. */
        LOSES_PATCHES,
        /** The same for steps of an order's status. */
        LOSES_STEPS,
        /** The same for events to a device. */
        LOSES_EVENTS,
        /** One member of a group misses every 5th event of it. */
        LOSES_GROUP_EVENTS
    }

    private final Fault fault;
    private final Path tokenFile;
    private final Map<String, List<ObjectNode>> feeds = new TreeMap<>();
    private final Map<String, Long> received = new HashMap<>();
    private final Map<String, String> answers = new HashMap<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(8);
    private final ScheduledExecutorService reminders = Executors.newSingleThreadScheduledExecutor();
    private HttpServer http;
    private FakeBroker broker;
    private final Map<String, ObjectNode> ordersById = new HashMap<>();
    private final Map<String, Set<String>> groups = new HashMap<>();
    private final Map<Fault, Integer> writes = new EnumMap<>(Fault.class);
    private int orders;

    FakeServer(Path folder, Fault fault) throws IOException {
        this.fault = fault;
        tokenFile = Files.writeString(folder.resolve("operator-token"), "token-of-the-operator\n");
        start(0, 0);
        var unused =
                reminders.scheduleWithFixedDelay(this::remindDevicesThatAreBehind, 100, 100, TimeUnit.MILLISECONDS);
    }

    private synchronized void start(int httpPort, int mqttPort) {
        broker = new FakeBroker(mqttPort, this::publish);
        http = Awaitility.await()
                .ignoreExceptions()
                .until(
                        () -> HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), httpPort), 500),
                        server -> true);
        http.createContext("/", this::handle);
        http.setExecutor(pool);
        http.start();
    }

    @Override
    public synchronized ServerAddress address() {
        return new ServerAddress(
                new Endpoints(
                        URI.create("http://127.0.0.1:" + http.getAddress().getPort()),
                        URI.create("mqtt://127.0.0.1:" + broker.port())),
                tokenFile);
    }

    @Override
    public synchronized void killAndStart() throws FleetException {
        try {
            int httpPort = http.getAddress().getPort();
            int mqttPort = broker.port();
            http.stop(0);
            broker.close();
            start(httpPort, mqttPort);
        } catch (IOException failed) {
            throw new FleetException("cannot start again", failed);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (path[2].equals("groups")) {
                changeGroup(exchange, path);
            } else if (exchange.getRequestMethod().equals("PUT")) {
                register(exchange, path[3]);
            } else if (path[2].equals("events")) {
                event(exchange, body);
            } else if (path.length > 3 && path[2].equals("orders")) {
                patch(exchange, path[3], body);
            } else if (path[2].equals("orders")) {
                order(exchange, body);
            } else if (path[4].equals("acks")) {
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                answer(exchange, 200, new String(body, StandardCharsets.UTF_8));
            } else {
                page(exchange, path[3]);
            }
        }
    }

    private void register(HttpExchange exchange, String device) throws IOException {
        synchronized (feeds) {
            feeds.putIfAbsent(device, new ArrayList<>());
        }
        answer(exchange, 201, "{\"device_id\":\"" + device + "\",\"secret\":\"secret-of-" + device + "\"}");
    }

    private void order(HttpExchange exchange, byte[] body) throws IOException {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        JsonNode request = JSON.readTree(body);
        String device = request.path("device_id").asText();
        String answer;
        synchronized (feeds) {
            answer = answers.get(key);
            if (answer == null || fault == Fault.DUPLICATES) {
                orders++;
                ObjectNode order = request.deepCopy();
                order.put("id", "order-" + orders).put("status", "new").put("version", 1);
                answer = order.toString();
                answers.put(key, answer);
                ordersById.put("order-" + orders, order);
                device = append(device, order);
            }
        }
        publish(device);
        answer(exchange, 201, answer);
    }

    private void patch(HttpExchange exchange, String id, byte[] body) throws IOException {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        ObjectNode patch = (ObjectNode) JSON.readTree(body);
        boolean isStep = patch.has("status");
        String answer;
        String device;
        synchronized (feeds) {
            ObjectNode order = ordersById.get(id).deepCopy();
            device = order.path("device_id").asText();
            answer = answers.get(key);
            if (answer == null) {
                order.setAll(patch);
                order.put("version", order.path("version").asLong() + 1);
                ordersById.put(id, order);
                answer = order.toString();
                answers.put(key, answer);
                if (!isLost(isStep ? Fault.LOSES_STEPS : Fault.LOSES_PATCHES)) {
                    add(
                            device,
                            change("io.bellwire.order." + (isStep ? "status-changed" : "updated"))
                                    .set("data", order));
                }
            }
        }
        publish(device);
        answer(exchange, 200, answer);
    }

    private void event(HttpExchange exchange, byte[] body) throws IOException {
        JsonNode event = JSON.readTree(body);
        boolean isForGroup = event.has("group");
        Set<String> devices;
        synchronized (feeds) {
            devices = isForGroup
                    ? new TreeSet<>(groups.get(event.path("group").asText()))
                    : new TreeSet<>(Set.of(event.path("deviceid").asText()));
            if (answers.put(event.path("id").asText(), "") == null) {
                if (isLost(isForGroup ? Fault.LOSES_GROUP_EVENTS : Fault.LOSES_EVENTS)) {
                    devices.remove(devices.iterator().next());
                }
                devices.forEach(device -> add(
                        device,
                        change(event.path("type").asText())
                                .put("originid", event.path("id").asText())
                                .set("data", event.path("data"))));
            }
        }
        devices.forEach(this::publish);
        answer(exchange, 200, "{\"appended\":1,\"duplicates\":0}");
    }

    /** Whether this write is one of those that the fault loses. */
    private boolean isLost(Fault kind) {
        return fault == kind && writes.merge(kind, 1, Integer::sum) % 5 == 0;
    }

    private void changeGroup(HttpExchange exchange, String[] path) throws IOException {
        synchronized (feeds) {
            Set<String> members = groups.computeIfAbsent(path[3] + "/" + path[4], name -> new TreeSet<>());
            if (path.length > 6 && exchange.getRequestMethod().equals("PUT")) {
                members.add(path[6]);
            } else if (path.length > 6) {
                members.remove(path[6]);
            }
        }
        answer(exchange, 200, "{}");
    }

    private String append(String device, ObjectNode order) {
        boolean wrong = orders % 50 == 0;
        if (wrong && fault == Fault.LOSES) {
            return device;
        }
        String target = wrong && fault == Fault.MISDELIVERS
                ? feeds.keySet().stream()
                        .filter(other -> !other.equals(device))
                        .findFirst()
                        .orElseThrow()
                : device;
        add(target, change("io.bellwire.order.created").set("data", order));
        return target;
    }

    private static ObjectNode change(String type) {
        return JSON.createObjectNode().put("specversion", "1.0").put("type", type);
    }

    private void add(String device, ObjectNode change) {
        List<ObjectNode> feed = feeds.get(device);
        int revision = feed.size() + 1;
        feed.add(change.put("id", EPOCH + "." + revision).put("revision", revision));
    }

    private void page(HttpExchange exchange, String device) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        int after = 0;
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith("cursor=")) {
                after = Integer.parseInt(parameter.substring(parameter.indexOf('.') + 1));
            }
        }
        String body;
        synchronized (feeds) {
            List<ObjectNode> feed = feeds.get(device);
            int to = Math.min(feed.size(), after + 3);
            body = feed.subList(after, to).toString();
            received.merge(device, (long) to, Math::max);
            exchange.getResponseHeaders().add("Content-Type", "application/cloudevents-batch+json");
            exchange.getResponseHeaders().add("Bellwire-Cursor", EPOCH + "." + to);
            exchange.getResponseHeaders().add("Bellwire-Up-To-Date", String.valueOf(to == feed.size()));
        }
        answer(exchange, 200, body);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void publish(String device) {
        long head;
        synchronized (feeds) {
            head = feeds.getOrDefault(device, List.of()).size();
        }
        broker.send(device, "{\"epoch\":\"" + EPOCH + "\",\"revision\":" + head + ",\"pending\":0}");
    }

    private void remindDevicesThatAreBehind() {
        for (String device : broker.connected()) {
            boolean behind;
            synchronized (feeds) {
                behind = received.getOrDefault(device, 0L)
                        < feeds.getOrDefault(device, List.of()).size();
            }
            if (behind) {
                publish(device);
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        reminders.shutdownNow();
        http.stop(0);
        broker.close();
        pool.shutdownNow();
    }
}

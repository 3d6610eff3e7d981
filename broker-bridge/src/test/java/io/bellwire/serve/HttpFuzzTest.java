package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.Fuzzing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Requests made from {@code openapi.json} for every route, and then changed in parameters, headers, bodies and bytes,
 * while eight devices get their orders.
 */
class HttpFuzzTest {
    private static final int DEVICES = 8;
    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");
    /** Ids of nobody that has to be served, and what no id may be. */
    private static final String[] IDS = {
        "fuzz-1",
        "fuzz-2",
        "fuzz-3",
        "stores",
        "17",
        "%00",
        "%ED%A0%80",
        "a%2Fb",
        "..",
        "",
        "x".repeat(300),
        "%zz",
        "\u00e9",
        "0190a6c2-0000-7000-8000-000000000000"
    };

    private static final String[] VALUES = {
        "",
        "0",
        "1",
        "-1",
        "1000",
        "1001",
        "99999999999999999999",
        "true",
        "new",
        "accepted",
        "delivered",
        "fuzz-1",
        "*",
        "\"1\"",
        "W/\"1\"",
        "2026-11-20T08:00:00Z",
        "2026-13-45T99:00:00Z",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "a.1.b",
        "aaaaaaaaaa.1.bbbbbbb",
        "%C3%28",
        "%ED%A0%80",
        "%",
        "\u00e9\u4e2d",
        "x".repeat(2_000),
        "respond-async, wait=1"
    };
    private static final String[] TEXTS = {
        "fuzz-1",
        "fuzz-2",
        "lungo",
        "",
        "new",
        "accepted",
        "in_progress",
        "ready",
        "\\ud800",
        "\\udc00x",
        "\\u0000",
        "\u4e2d\ud83d\ude00",
        "2026-11-20T08:00:00Z",
        "text/plain",
        "application/json",
        "shop.price",
        "/till",
        "1.0",
        "0190a6c2-0000-7000-8000-000000000000",
        "eA==",
        "y"
    };

    private final JsonNode api = read();

    private static JsonNode read() {
        try (InputStream file = Objects.requireNonNull(Bellwire.class.getResourceAsStream("/openapi.json"))) {
            return new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void guarantee6BrokenRequestsKeepNoDeviceFromItsOrders() throws Exception {
        try (Bellwire bellwire = Bellwire.start()) {
            TestOperator operator = new TestOperator(bellwire);
            List<SignalledDevice> devices = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                devices.add(new SignalledDevice(bellwire.mqtt(), "device-" + i, operator.register("device-" + i)));
            }
            for (int i = 1; i < 4; i++) {
                operator.register("fuzz-" + i);
            }
            try (Fuzzing fuzzing = new Fuzzing((random, failures) -> attack(bellwire, random, failures))) {
                for (int order = 0; fuzzing.isRunning(); order++) {
                    int device = order % DEVICES;
                    int before = devices.get(device).signals.size();
                    long begun = System.nanoTime();
                    operator.order("device-" + device);
                    await().until(() -> devices.get(device).signals.size() > before);
                    fuzzing.assertServed(begun);
                }
                fuzzing.end();
            }
            assertEquals(200, operator.status("/readyz"));
            devices.forEach(SignalledDevice::close);
        }
    }

    private void attack(Bellwire bellwire, SplittableRandom random, Queue<String> failures) {
        URI http = bellwire.http();
        byte[] request = request(bellwire.operatorToken(), random);
        try (Socket socket = new Socket(http.getHost(), http.getPort())) {
            socket.setSoTimeout(300);
            socket.getOutputStream().write(request);
            String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            if (answer.matches("HTTP/1.1 5..")) {
                failures.add(answer + " to " + new String(request, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException closedOrSlow) {
            // a request that is incomplete is waited for, and a malformed one may be cut off
        }
    }

    private byte[] request(String token, SplittableRandom random) {
        List<String> paths = new ArrayList<>();
        api.get("paths").fieldNames().forEachRemaining(paths::add);
        String template = paths.get(random.nextInt(paths.size()));
        JsonNode operations = api.get("paths").get(template);
        List<String> methods = METHODS.stream().filter(operations::has).toList();
        String method = random.nextInt(30) == 0
                ? pick(random, "OPTIONS", "HEAD", "TRACE", "BREW", "get")
                : methods.get(random.nextInt(methods.size()));
        JsonNode operation = operations.path(method);
        StringBuilder path = new StringBuilder(template);
        StringBuilder query = new StringBuilder();
        StringBuilder headers = new StringBuilder();
        for (JsonNode reference : operation.path("parameters")) {
            JsonNode parameter = resolved(reference);
            String name = parameter.path("name").asText();
            if (random.nextInt(3) == 0 && !parameter.path("in").asText().equals("path")) {
                continue;
            }
            switch (parameter.path("in").asText()) {
                case "path" -> replace(path, "{" + name + "}", id(random));
                case "query" ->
                    query.append(query.isEmpty() ? '?' : '&')
                            .append(name)
                            .append('=')
                            .append(
                                    name.startsWith("wait") || name.equals("timeout")
                                            ? pick(random, "0", "5", "x")
                                            : pick(random, VALUES).replace(" ", "+"));
                default ->
                    headers.append(name)
                            .append(": ")
                            .append(pick(random, VALUES))
                            .append("\r\n");
            }
        }
        if (random.nextInt(20) == 0) {
            query.append(query.isEmpty() ? '?' : '&')
                    .append(pick(random, "x=1", "limit=1&limit=2", "&&", "=", "%FF=%FF"));
        }
        byte[] body = body(operation, headers, random);
        String head = method.toUpperCase(Locale.ROOT) + " " + path + query + " HTTP/1.1\r\nHost: x\r\n"
                + (random.nextInt(20) == 0 ? "" : "Authorization: Bearer " + token + "\r\n")
                + (random.nextInt(20) == 0
                        ? "Accept: " + pick(random, "text/html", "*/*;q=0", "application/json", ",") + "\r\n"
                        : "")
                + "Connection: close\r\n" + headers
                + (body.length > 0
                        ? "Content-Length: " + (body.length + (random.nextInt(30) == 0 ? random.nextInt(-5, 5) : 0))
                                + "\r\n"
                        : "")
                + "\r\n";
        byte[] all = concat(head.getBytes(StandardCharsets.UTF_8), body);
        if (random.nextInt(10) == 0) {
            all[random.nextInt(all.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(50) == 0 ? Arrays.copyOf(all, random.nextInt(all.length)) : all;
    }

    private byte[] body(JsonNode operation, StringBuilder headers, SplittableRandom random) {
        JsonNode content = operation.path("requestBody").path("content");
        if (content.isMissingNode()) {
            return random.nextInt(20) == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
        }
        List<String> types = new ArrayList<>();
        content.fieldNames().forEachRemaining(types::add);
        String type = types.get(random.nextInt(types.size()));
        if (type.equals("*/*")) {
            for (String name : List.of("ce-id", "ce-source", "ce-type", "ce-specversion", "ce-deviceid", "ce-time")) {
                headers.append(name)
                        .append(": ")
                        .append(name.endsWith("version") ? "1.0" : pick(random, VALUES))
                        .append("\r\n");
            }
            headers.append("Content-Type: ")
                    .append(pick(random, "text/plain", "application/json", "x", "image/png"))
                    .append("\r\n");
        } else {
            headers.append("Content-Type: ")
                    .append(random.nextInt(30) == 0 ? "text/plain" : type)
                    .append("\r\n");
        }
        StringBuilder json = new StringBuilder();
        value(content.get(type).path("schema"), json, random, 0);
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(5) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte)
                    pick(random, "\"", "{", "]", "\u00ff", "\\", "9", ",").charAt(0);
        }
        return bytes;
    }

    /** A value of the schema, or at times of any other. */
    private void value(JsonNode reference, StringBuilder json, SplittableRandom random, int depth) {
        JsonNode schema = resolved(reference);
        for (String choice : List.of("oneOf", "anyOf", "allOf")) {
            if (schema.has(choice)) {
                schema = resolved(
                        schema.get(choice).get(random.nextInt(schema.get(choice).size())));
            }
        }
        String type = schema.path("type").isArray()
                ? schema.get("type")
                        .get(random.nextInt(schema.get("type").size()))
                        .asText()
                : schema.path("type").asText();
        if (random.nextInt(15) == 0) {
            type = pick(random, "string", "integer", "null", "object", "array");
        }
        switch (type) {
            case "object", "" -> {
                json.append('{');
                String separator = "";
                for (var field : schema.path("properties").properties()) {
                    if (depth < 8 && random.nextInt(4) > 0) {
                        json.append(separator)
                                .append('"')
                                .append(field.getKey())
                                .append("\":");
                        value(field.getValue(), json, random, depth + 1);
                        separator = ",";
                    }
                }
                if (random.nextInt(20) == 0) {
                    json.append(separator)
                            .append("\"")
                            .append(pick(random, TEXTS))
                            .append("\":1");
                }
                json.append('}');
            }
            case "array" -> {
                json.append('[');
                for (int i = random.nextInt(4); i > 0 && depth < 8; i--) {
                    value(schema.path("items"), json, random, depth + 1);
                    json.append(i > 1 ? "," : "");
                }
                json.append(']');
            }
            case "integer", "number" ->
                json.append(pick(random, "0", "1", "-1", "1.50", "1e400", "9".repeat(90), "1E-7"));
            case "boolean" -> json.append(random.nextBoolean());
            case "null" -> json.append("null");
            default -> {
                JsonNode values = schema.path("enum");
                json.append('"')
                        .append(
                                values.size() > 0 && random.nextBoolean()
                                        ? values.get(random.nextInt(values.size()))
                                                .asText()
                                        : pick(random, TEXTS))
                        .append('"');
            }
        }
    }

    private JsonNode resolved(JsonNode reference) {
        return reference.has("$ref")
                ? resolved(api.at(reference.get("$ref").asText().substring(1)))
                : reference;
    }

    private static String id(SplittableRandom random) {
        return random.nextInt(3) > 0 ? "fuzz-" + random.nextInt(1, 4) : pick(random, IDS);
    }

    private static void replace(StringBuilder in, String what, String with) {
        int at = in.indexOf(what);
        if (at >= 0) {
            in.replace(at, at + what.length(), with);
        }
    }

    private static String pick(SplittableRandom random, String... from) {
        return from[random.nextInt(from.length)];
    }

    private static byte[] concat(byte[] head, byte[] body) {
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}

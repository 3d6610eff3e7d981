package io.bellwire.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

/** An HTTP client of a back end and an operator. Thread-safe. */
final class TestOperator {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;
    private final String token;

    TestOperator(Bellwire bellwire) {
        this(bellwire.http(), bellwire.operatorToken());
    }

    TestOperator(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /** Registers the device and returns its secret. */
    String register(String device) {
        return call("PUT", "/v1/devices/" + device, "", token).get("secret").textValue();
    }

    void disable(String device) {
        call("DELETE", "/v1/devices/" + device, "", token);
    }

    String rotate(String device) {
        return rotate(device, 0);
    }

    String rotate(String device, int overlapSeconds) {
        return call("POST", "/v1/devices/" + device + "/secret?overlap_s=" + overlapSeconds, "", token)
                .get("secret")
                .textValue();
    }

    JsonNode device(String device) {
        return call("GET", "/v1/devices/" + device, "", token);
    }

    /** The device in the list of all devices. */
    JsonNode listed(String device) {
        for (JsonNode entry : call("GET", "/v1/devices?limit=1000", "", token).get("devices")) {
            if (entry.get("id").textValue().equals(device)) {
                return entry;
            }
        }
        throw new IllegalStateException("there is no device " + device);
    }

    /**
     * The reports about this device in the operations feed, shortened to {@code connected} and {@code disconnected}.
     */
    List<String> reports(String device) {
        List<String> reports = new ArrayList<>();
        for (JsonNode event : call("GET", "/v1/operations/feed?limit=1000", "", token)) {
            if (event.get("subject").textValue().equals(device)) {
                reports.add(event.get("type").textValue().replace("io.bellwire.device.", ""));
            }
        }
        return reports;
    }

    /** Posts an order and returns its id. */
    String order(String device) {
        return order(device, "lungo");
    }

    String order(String device, String recipe) {
        String body = "{\"device_id\":\"" + device + "\",\"recipe_id\":\"" + recipe + "\"}";
        return call("POST", "/v1/orders", body, token).get("id").textValue();
    }

    /** Posts an order with so many bytes of data. */
    void largeOrder(String device, int bytes) {
        String data = "{\"a\":\"" + "x".repeat(bytes) + "\"}";
        call("POST", "/v1/orders", "{\"device_id\":\"" + device + "\",\"data\":" + data + "}", token);
    }

    /** The changes of the device's feed after {@code cursor}, read by the device itself. */
    JsonNode feed(String device, String secret, String cursor) {
        return call("GET", "/v1/devices/" + device + "/feed?cursor=" + cursor, "", secret);
    }

    /** The status code of the same request. */
    int feedStatus(String device, String secret, String cursor) {
        return send("GET", "/v1/devices/" + device + "/feed?cursor=" + cursor, "", secret)
                .statusCode();
    }

    /** The cursor before the oldest change of the device's feed that is kept, from the refusal to read from its beginning. */
    String earliest(String device, String secret) {
        String refusal =
                send("GET", "/v1/devices/" + device + "/feed", "", secret).body();
        try {
            return JSON.readTree(refusal).get("earliest").textValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Places an order, which may be refused; the answer as text if it is, else empty. */
    String refusalOfOrder(String device) {
        HttpResponse<String> response = send("POST", "/v1/orders", "{\"device_id\":\"" + device + "\"}", token);
        return response.statusCode() == 201 ? "" : response.statusCode() + " " + response.body();
    }

    /** The body of the answer. */
    String body(String path) {
        return send("GET", path, "", token).body();
    }

    /** The cursor of the end of the device's feed. */
    String cursor(String device, String secret) {
        JsonNode changes = feed(device, secret, "");
        return changes.get(changes.size() - 1).get("id").textValue();
    }

    void acknowledge(String device, String secret, String cursor) {
        call("POST", "/v1/devices/" + device + "/acks", "{\"processed\":\"" + cursor + "\"}", secret);
    }

    String metrics() {
        return send("GET", "/metrics", "", token).body();
    }

    /** Posts another back end's event for the device. */
    void event(String device, String id, String type) {
        call(
                "POST",
                "/v1/events",
                "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/kitchen\",\"type\":\"" + type
                        + "\",\"deviceid\":\"" + device + "\",\"data\":{\"note\":\"Käse\"}}",
                "application/cloudevents+json",
                token);
    }

    int status(String path) {
        return send("GET", path, "", token).statusCode();
    }

    private JsonNode call(String method, String path, String body, String bearer) {
        return call(method, path, body, "application/json", bearer);
    }

    private JsonNode call(String method, String path, String body, String contentType, String bearer) {
        HttpResponse<String> response = send(method, path, body, contentType, bearer);
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(String method, String path, String body, String bearer) {
        return send(method, path, body, "application/json", bearer);
    }

    private HttpResponse<String> send(String method, String path, String body, String contentType, String bearer) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + bearer);
        if (!body.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        try {
            return client.send(
                    request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

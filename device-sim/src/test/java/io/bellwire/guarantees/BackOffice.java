package io.bellwire.guarantees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.DeviceId;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.serve.Bellwire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** The HTTP calls of an operator, and of anybody else with a token. */
final class BackOffice {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI server;
    private final String token;

    BackOffice(Bellwire bellwire) {
        this(bellwire.http(), bellwire.operatorToken());
    }

    BackOffice(URI server, String operatorToken) {
        this.server = server;
        this.token = operatorToken;
    }

    DeviceCredentials register(String device) {
        String secret = ok(send("PUT", "/v1/devices/" + device, "", token))
                .get("secret")
                .textValue();
        return new DeviceCredentials(new DeviceId(device), secret);
    }

    /** Places an order and returns its id. */
    String order(DeviceCredentials device) {
        String body = "{\"device_id\":\"" + device.id() + "\"}";
        return ok(send("POST", "/v1/orders", body, token)).get("id").textValue();
    }

    /** How many changes the device has not acknowledged. */
    long pending(DeviceCredentials device) {
        return ok(send("GET", "/v1/devices/" + device.id(), "", token))
                .get("pending")
                .longValue();
    }

    /** The value of a metric without labels. */
    double metric(String name) {
        return send("GET", "/metrics", "", token)
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no metric " + name));
    }

    HttpResponse<String> send(String method, String path, String body, String bearer) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).header("Authorization", "Bearer " + bearer);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
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

    private static JsonNode ok(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(response.request().method() + " " + response.uri() + ": "
                    + response.statusCode() + " " + response.body());
        }
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

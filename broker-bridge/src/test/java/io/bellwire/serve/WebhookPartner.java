package io.bellwire.serve;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** A partner of a running server, with a second factor, and the operator who serves it. */
final class WebhookPartner {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int STEP_SECONDS = 30;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String id;
    private final String operator;
    private final String token;
    private final SecretKeySpec factor;
    private URI base;
    /** Of the code that was used last: each step's code is valid once. */
    private long step;

    WebhookPartner(Bellwire bellwire, String id) throws Exception {
        this.id = id;
        this.base = bellwire.http();
        this.operator = bellwire.operatorToken();
        send(operator, "PUT", "/v1/devices/grill", "");
        this.token =
                send(operator, "PUT", "/v1/partners/" + id, "").path("secret").asText();
        String secret =
                send(token, "POST", path("/second-factor"), "").path("secret").asText();
        this.factor = new SecretKeySpec(decoded(secret), "HmacSHA1");
        this.step = Instant.now().getEpochSecond() / STEP_SECONDS - 2;
        send(token, "POST", path("/second-factor/confirm"), "{\"code\":\"" + code() + "\"}");
    }

    /** The partner is served by another server now, which has the same data. */
    void movedTo(Bellwire bellwire) {
        base = bellwire.http();
    }

    private String path(String rest) {
        return "/v1/partners/" + id + rest;
    }

    private static byte[] decoded(String base32) {
        byte[] bytes = new byte[base32.length() * 5 / 8];
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            int value = BASE32.indexOf(base32.charAt(bit / 5));
            if ((value >> (4 - bit % 5) & 1) == 1) {
                bytes[bit / 8] |= (byte) (0x80 >> bit % 8);
            }
        }
        return bytes;
    }

    /** A code that is valid and was not used; there are three, those of the steps before, now and after. */
    private String code() throws Exception {
        step = Math.max(step + 1, Instant.now().getEpochSecond() / STEP_SECONDS - 1);
        return new TimeBasedOneTimePasswordGenerator()
                .generateOneTimePasswordString(factor, Instant.ofEpochSecond(step * STEP_SECONDS));
    }

    /** Sets the endpoint; {@code more} are further settings, each with a comma before it. */
    HttpResponse<String> set(String endpoint, URI url, String more) throws Exception {
        return answer(
                token,
                "PUT",
                path("/endpoints/" + endpoint),
                "{\"url\":\"" + url + "\"" + more + "}",
                "Bellwire-Code",
                code());
    }

    /** Gives the endpoint new keys; the old ones sign too for ten minutes. */
    JsonNode rotate(String endpoint) throws Exception {
        String path = path("/endpoints/" + endpoint + "/secret?overlap_s=600");
        return MAPPER.readTree(
                answer(token, "POST", path, "", "Bellwire-Code", code()).body());
    }

    JsonNode call(String method, String rest, String body) throws Exception {
        return send(token, method, path(rest), body);
    }

    JsonNode endpoint(String name) throws Exception {
        return call("GET", "/endpoints/" + name, "");
    }

    JsonNode health(String endpoint) throws Exception {
        return endpoint(endpoint).path("health");
    }

    /** The types of the changes in the partner's feed. */
    List<String> feedTypes() throws Exception {
        List<String> types = new ArrayList<>();
        send(token, "GET", path("/feed"), "")
                .forEach(change -> types.add(change.path("type").asText()));
        return types;
    }

    /** Places orders of the partner, and returns their ids. */
    List<String> order(int count) throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String order = "{\"device_id\":\"grill\",\"partner_id\":\"" + id + "\"}";
            ids.add(send(operator, "POST", "/v1/orders", order).path("id").asText());
        }
        return ids;
    }

    private JsonNode send(String bearer, String method, String path, String body) throws Exception {
        HttpResponse<String> response = answer(bearer, method, path, body);
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(
                    method + " " + path + " -> " + response.statusCode() + " " + response.body());
        }
        return MAPPER.readTree(response.body().isEmpty() ? "{}" : response.body());
    }

    private HttpResponse<String> answer(String bearer, String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Authorization", "Bearer " + bearer);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }
}

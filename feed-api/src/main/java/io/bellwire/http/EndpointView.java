package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.Timestamps;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.EndpointHealth;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.EndpointUrls;
import io.bellwire.webhook.SignatureScheme;
import io.bellwire.webhook.WebhookEndpoint;
import io.bellwire.webhook.WebhookSecrets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Shows endpoints: never their secrets, except to who has just made one, nor the values of their headers. */
final class EndpointView {
    private final WebhookSecrets secrets;
    private final Function<EndpointId, Optional<EndpointHealth>> health;
    private final Clock clock;

    /** @param health how an endpoint is doing, if that is known */
    EndpointView(WebhookSecrets secrets, Function<EndpointId, Optional<EndpointHealth>> health, Clock clock) {
        this.secrets = secrets;
        this.health = health;
        this.clock = clock;
    }

    ApiResponse of(int status, WebhookEndpoint endpoint) {
        return ApiResponse.json(status, json(endpoint)).with("Cache-Control", "no-store");
    }

    ApiResponse withSecret(int status, WebhookEndpoint endpoint) {
        ObjectNode json = json(endpoint);
        json.put("secret", secrets.secretText(endpoint));
        return ApiResponse.json(status, json).with("Cache-Control", "no-store");
    }

    ApiResponse list(List<WebhookEndpoint> endpoints) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode list = json.putArray("endpoints");
        endpoints.forEach(endpoint -> list.add(json(endpoint)));
        return ApiResponse.json(200, json).with("Cache-Control", "no-store");
    }

    private ObjectNode json(WebhookEndpoint endpoint) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("partner_id", endpoint.id().partner());
        json.put("name", endpoint.id().name());
        putUrls(json, endpoint.urls());
        putSettings(json, endpoint);
        if (endpoint.settings().signatures().contains(SignatureScheme.V1A)) {
            json.put("public_key", secrets.publicKeyText(endpoint));
        }
        json.put("enabled", endpoint.disabled().isEmpty());
        endpoint.disabled().ifPresent(reason -> json.put("disabled_reason", reason.text()));
        endpoint.keys().old().ifPresent(old -> json.put("old_secret_until", time(old.endsMillis())));
        health.apply(endpoint.id()).ifPresent(now -> putHealth(json.putObject("health"), now));
        json.put("created_at", time(endpoint.createdMillis()));
        json.put("updated_at", time(endpoint.updatedMillis()));
        return json;
    }

    private void putHealth(ObjectNode json, EndpointHealth now) {
        json.put("state", now.state().text());
        json.put("suspicious", now.isSuspicious());
        now.position().ifPresent(position -> json.put("received", position.value()));
        json.put("pending", now.pending());
        now.oldestMillis().ifPresent(millis -> json.put("oldest_pending_at", time(millis)));
        json.put("calls_last_hour", now.attempts());
        json.put("failures_last_hour", now.failures());
        json.put("failures_in_row", now.failuresInRow());
        json.put("false_failures", now.falseFailures());
        json.put("signature_check", now.signatureCheck().text());
        json.put("p50_ms", now.p50().toMillis());
        json.put("p99_ms", now.p99().toMillis());
        now.lastError().ifPresent(error -> {
            ObjectNode object = json.putObject("last_error");
            object.put("at", time(error.atMillis()));
            object.put("what", error.what());
            object.put("detail", error.detail());
        });
        now.nextAttempt()
                .ifPresent(delay -> json.put(
                        "next_call_at", Timestamps.format(clock.instant().plus(delay))));
    }

    private static void putUrls(ObjectNode json, EndpointUrls urls) {
        json.put("url", urls.inUse().orElse(null));
        urls.pending().ifPresent(pending -> {
            ObjectNode object = json.putObject("pending_url");
            object.put("url", pending.url());
            object.put("set_at", time(pending.setMillis()));
            object.put("until", time(pending.endsMillis()));
        });
        urls.previous().ifPresent(previous -> {
            ObjectNode object = json.putObject("previous_url");
            object.put("url", previous.url());
            object.put("replaced_at", time(previous.replacedMillis()));
            object.put("until", time(previous.endsMillis()));
        });
    }

    private void putSettings(ObjectNode json, WebhookEndpoint endpoint) {
        EndpointSettings settings = endpoint.settings();
        CallLimits limits = settings.limits();
        putTexts(json, "types", settings.types());
        json.put("payload", settings.payload().text());
        json.put("ordering", settings.ordering().text());
        json.put("batch_max", limits.batchMax());
        json.put("bytes_max", limits.bytesMax());
        json.put("parallelism", limits.parallelism());
        json.put("rate_per_s", limits.perSecond());
        json.put("deadline_ms", limits.deadline().toMillis());
        putTexts(
                json,
                "signatures",
                settings.signatures().stream()
                        .map(SignatureScheme::text)
                        .sorted()
                        .toList());
        putTexts(
                json,
                "header_names",
                secrets.open(endpoint.id(), settings.headers()).map(Map::keySet).stream()
                        .flatMap(names -> names.stream().sorted())
                        .toList());
        putTexts(json, "contacts", settings.contacts());
        json.put("acknowledges", settings.isAcknowledging());
    }

    private static void putTexts(ObjectNode json, String name, List<String> texts) {
        ArrayNode array = json.putArray(name);
        texts.forEach(array::add);
    }

    private static String time(long millis) {
        return Timestamps.format(Instant.ofEpochMilli(millis));
    }
}

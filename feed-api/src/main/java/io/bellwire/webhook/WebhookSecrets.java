package io.bellwire.webhook;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.sealed.SettingsKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The secrets of endpoints. Keys are derived from the server's settings key, and headers are encrypted with it, so that
 * the log and its backups hold none of them. Thread-safe.
 */
public final class WebhookSecrets {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final SettingsKey key;

    public WebhookSecrets(SettingsKey key) {
        this.key = key;
    }

    /**
     * What signs calls to the endpoint.
     *
     * @param salt of the present keys, or of the ones before
     */
    public WebhookKey key(EndpointId id, String salt, SignatureScheme scheme) {
        return switch (scheme) {
            case V1 -> secret(id, salt);
            case V1A -> keyPair(id, salt);
        };
    }

    private WebhookSecret secret(EndpointId id, String salt) {
        return WebhookSecret.of(key.derive("webhook/v1/" + id + "/" + salt));
    }

    private WebhookKeyPair keyPair(EndpointId id, String salt) {
        return WebhookKeyPair.ofSeed(key.derive("webhook/v1a/" + id + "/" + salt));
    }

    /** The present secret as partners configure it: {@code whsec_...}. */
    public String secretText(WebhookEndpoint endpoint) {
        return secret(endpoint.id(), endpoint.keys().salt()).text();
    }

    /** The present public key as partners configure it: {@code whpk_...}. */
    public String publicKeyText(WebhookEndpoint endpoint) {
        return keyPair(endpoint.id(), endpoint.keys().salt()).publicText();
    }

    /** The salts whose keys sign at {@code steadyMillis}: the present one first. */
    public static List<String> saltsAt(EndpointKeys keys, long steadyMillis) {
        List<String> salts = new ArrayList<>(2);
        salts.add(keys.salt());
        keys.old().filter(old -> steadyMillis < old.endsMillis()).ifPresent(old -> salts.add(old.salt()));
        return salts;
    }

    /** Encrypts the headers of an endpoint. */
    public SealedHeaders seal(EndpointId id, Map<String, String> headers) {
        if (headers.isEmpty()) {
            return SealedHeaders.NONE;
        }
        try {
            byte[] json = MAPPER.writeValueAsBytes(headers);
            return new SealedHeaders(Base64.getEncoder().encodeToString(key.seal(place(id), json)));
        } catch (IOException e) {
            throw new IllegalStateException("a map of texts is always JSON", e);
        }
    }

    /** The headers; empty if they were encrypted with another settings key, which the server has lost. */
    public Optional<Map<String, String>> open(EndpointId id, SealedHeaders headers) {
        if (headers.isEmpty()) {
            return Optional.of(Map.of());
        }
        return key.open(place(id), Base64.getDecoder().decode(headers.text())).map(json -> {
            try {
                return MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {});
            } catch (IOException e) {
                throw new IllegalStateException("what was sealed was JSON", e);
            }
        });
    }

    private static String place(EndpointId id) {
        return "webhook/headers/" + id;
    }
}

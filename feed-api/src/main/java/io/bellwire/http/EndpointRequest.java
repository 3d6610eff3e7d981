package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.webhook.CallLimits;
import io.bellwire.webhook.CallOrdering;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointSettings;
import io.bellwire.webhook.InvalidEndpointException;
import io.bellwire.webhook.SealedHeaders;
import io.bellwire.webhook.SignatureScheme;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that sets an endpoint. Each field is checked by itself when this is made; {@link #settings}
 * checks them together. Immutable; throws a {@link ProblemException} (400) that names the field.
 */
final class EndpointRequest {
    static final int BODY_BYTES_MAX = 16 << 10;

    private static final int HEADERS_MAX = 16;
    private static final int HEADERS_BYTES_MAX = 4 << 10;
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ !-~]*[!-~])?");
    private static final Set<String> FIELDS = Set.of(
            "url",
            "types",
            "payload",
            "ordering",
            "batch_max",
            "bytes_max",
            "parallelism",
            "rate_per_s",
            "deadline_ms",
            "signatures",
            "headers",
            "contacts",
            "acknowledges",
            "enabled");
    /** What the call has itself, or what HTTP/1.1 gives a meaning for one connection. */
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "host",
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "user-agent",
            "bellwire-payload",
            "bellwire-replay",
            "accept-encoding",
            "cookie",
            "date",
            "via");

    private static final List<String> RESERVED_HEADER_PREFIXES =
            List.of("content-", "webhook-", "forwarded", "x-forwarded-");

    private final JsonNode json;

    private EndpointRequest(JsonNode json) {
        this.json = json;
    }

    static EndpointRequest parse(byte[] body) {
        JsonNode json = Json.parse(body);
        Json.requireFields(json, FIELDS);
        return new EndpointRequest(json);
    }

    /** The URL, if there is one. */
    Optional<String> url() {
        if (isMissing("url")) {
            return Optional.empty();
        }
        String text = text("url", json.path("url"));
        try {
            return Optional.of(URI.create(text).toString());
        } catch (IllegalArgumentException e) {
            throw invalid("url is not a valid URL");
        }
    }

    /** Whether the endpoint is to be called, if the request says it. */
    Optional<Boolean> enabled() {
        return isMissing("enabled") ? Optional.empty() : Optional.of(bool("enabled"));
    }

    /** The headers, if the request says any; empty values are refused. */
    Optional<Map<String, String>> headers() {
        if (!json.has("headers")) {
            return Optional.empty();
        }
        JsonNode object = json.path("headers");
        if (object.isNull()) {
            return Optional.of(Map.of());
        }
        if (!object.isObject() || object.size() > HEADERS_MAX) {
            throw invalid("headers must be an object with at most " + HEADERS_MAX + " names");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        int bytes = 0;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            if (!HEADER_NAME.matcher(name).matches() || !seen.add(name.toLowerCase(Locale.ROOT))) {
                throw invalid("headers: a name must be an HTTP token of up to 64 characters, and no name twice");
            }
            requireFree(name);
            if (!field.getValue().isTextual()
                    || !HEADER_VALUE.matcher(field.getValue().textValue()).matches()) {
                throw invalid("headers: the value of " + name + " must be visible ASCII text"); // never the value
            }
            bytes += name.length() + field.getValue().textValue().length();
            headers.put(name, field.getValue().textValue());
        }
        if (bytes > HEADERS_BYTES_MAX) {
            throw invalid("headers must have at most " + HEADERS_BYTES_MAX + " bytes together");
        }
        return Optional.of(headers);
    }

    private static void requireFree(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (RESERVED_HEADERS.contains(lower)
                || RESERVED_HEADER_PREFIXES.stream().anyMatch(lower::startsWith)) {
            throw invalid("headers: " + name + " is set by the call itself");
        }
    }

    /**
     * The settings that the request asks for.
     *
     * @param base what a field has that the request does not name; null gives a field its default
     * @param headers the headers afterwards
     */
    EndpointSettings settings(EndpointSettings base, SealedHeaders headers) {
        EndpointSettings none = EndpointSettings.DEFAULT;
        CallLimits baseLimits = base.limits();
        CallLimits noLimits = none.limits();
        try {
            return new EndpointSettings(
                    texts("types", base.types(), none.types()),
                    choice("payload", CallPayload::of, base.payload(), none.payload(), "signal, event, full"),
                    choice("ordering", CallOrdering::of, base.ordering(), none.ordering(), "feed, order, none"),
                    new CallLimits(
                            number("batch_max", baseLimits.batchMax(), noLimits.batchMax()),
                            number("bytes_max", baseLimits.bytesMax(), noLimits.bytesMax()),
                            number("parallelism", baseLimits.parallelism(), noLimits.parallelism()),
                            number("rate_per_s", baseLimits.perSecond(), noLimits.perSecond()),
                            Duration.ofMillis(number(
                                    "deadline_ms", (int) baseLimits.deadline().toMillis(), (int)
                                            noLimits.deadline().toMillis()))),
                    signatures(base.signatures(), none.signatures()),
                    headers,
                    texts("contacts", base.contacts(), none.contacts()),
                    json.has("acknowledges")
                            ? isMissing("acknowledges") ? none.isAcknowledging() : bool("acknowledges")
                            : base.isAcknowledging());
        } catch (InvalidEndpointException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private boolean isMissing(String field) {
        @Nullable JsonNode value = json.get(field);
        return value == null || value.isNull();
    }

    private <T> T given(String field, T base, T none, Function<JsonNode, T> parse) {
        if (!json.has(field)) {
            return base;
        }
        return isMissing(field) ? none : parse.apply(json.path(field));
    }

    private int number(String field, int base, int none) {
        return given(field, base, none, value -> {
            if (!value.isInt() && !(value.isIntegralNumber() && value.canConvertToInt())) {
                throw invalid(field + " must be a whole number");
            }
            return value.intValue();
        });
    }

    private boolean bool(String field) {
        JsonNode value = json.path(field);
        if (!value.isBoolean()) {
            throw invalid(field + " must be true or false");
        }
        return value.booleanValue();
    }

    private static String text(String field, JsonNode value) {
        if (!value.isTextual()) {
            throw invalid(field + " must be a string");
        }
        return value.textValue();
    }

    private List<String> texts(String field, List<String> base, List<String> none) {
        return given(field, base, none, value -> {
            if (!value.isArray()) {
                throw invalid(field + " must be an array of strings");
            }
            List<String> texts = new ArrayList<>();
            value.forEach(element -> texts.add(text("each of " + field, element)));
            return texts;
        });
    }

    private <T> T choice(String field, Function<String, Optional<T>> parse, T base, T none, String choices) {
        return given(field, base, none, value -> parse.apply(value.asText())
                .orElseThrow(() -> invalid(field + " must be one of " + choices)));
    }

    private Set<SignatureScheme> signatures(Set<SignatureScheme> base, Set<SignatureScheme> none) {
        return given("signatures", base, none, value -> texts("signatures", List.of(), List.of()).stream()
                .map(text -> SignatureScheme.of(text)
                        .orElseThrow(() -> invalid("each of signatures must be one of "
                                + Arrays.stream(SignatureScheme.values())
                                        .map(SignatureScheme::text)
                                        .collect(Collectors.joining(", ")))))
                .collect(Collectors.toSet()));
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(Problem.invalidRequest(detail));
    }
}

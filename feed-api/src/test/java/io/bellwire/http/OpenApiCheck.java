package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.http.OpenApiDocument.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Flow;

/**
 * Checks an answer against the OpenAPI document: path, method and status are documented, the headers are exactly the
 * documented ones, the media type is one of them, and the body matches its schema. So does the body of a request that
 * was accepted. A difference fails the test that received the answer.
 */
final class OpenApiCheck {
    /** Headers of HTTP itself, or documented for all answers together. */
    private static final Set<String> HEADERS_OF_ANY_ANSWER = Set.of(
            "date", "content-type", "content-length", "transfer-encoding", "connection", "x-content-type-options");

    private static final OpenApiDocument DOCUMENT = OpenApiDocument.SERVED;

    private final String exchange;
    private final HttpResponse<byte[]> response;

    private OpenApiCheck(HttpResponse<byte[]> response) {
        this.response = response;
        this.exchange = response.request().method() + " " + response.request().uri() + " -> " + response.statusCode();
    }

    /** Fails if {@code response} is not as documented, or the body of the request that it accepts. */
    static void check(HttpResponse<byte[]> response) {
        new OpenApiCheck(response).check();
    }

    private void check() {
        HttpRequest request = response.request();
        Optional<Operation> operation =
                DOCUMENT.operation(request.method(), request.uri().getRawPath());
        JsonNode responses = operation
                .map(documented -> documented.json().path("responses"))
                .orElse(DOCUMENT.root().path("x-unrouted-responses"));
        JsonNode documented = DOCUMENT.resolve(responses.path(Integer.toString(response.statusCode())));
        if (documented.isMissingNode()) {
            fail(exchange + ": the status is not documented for "
                    + operation.map(Operation::toString).orElse("what is not in the document"));
        }
        checkHeaders(documented.path("headers"));
        checkBody(documented.path("content"));
        if (operation.isPresent() && response.statusCode() / 100 == 2) {
            checkRequest(operation.get());
        }
    }

    private void checkHeaders(JsonNode headers) {
        Set<String> known = new java.util.HashSet<>(HEADERS_OF_ANY_ANSWER);
        for (Map.Entry<String, JsonNode> entry : headers.properties()) {
            JsonNode header = DOCUMENT.resolve(entry.getValue());
            known.add(entry.getKey().toLowerCase(java.util.Locale.ROOT));
            List<String> values = response.headers().allValues(entry.getKey());
            if (values.size() > 1
                    || (values.isEmpty() && header.path("required").asBoolean())) {
                fail(exchange + ": the header " + entry.getKey() + " is there " + values.size() + " times");
            }
            values.forEach(value -> require(entry.getKey(), header.path("schema"), typed(header, value)));
        }
        for (String name : response.headers().map().keySet()) {
            if (!known.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                fail(exchange + ": the header " + name + " is not documented");
            }
        }
    }

    /** A header's text as a JSON value of the type in its schema. */
    private static JsonNode typed(JsonNode header, String value) {
        String type = DOCUMENT.resolve(header.path("schema")).path("type").asText();
        boolean isLiteral = (type.equals("integer") && value.matches("[0-9]+"))
                || (type.equals("boolean") && value.matches("true|false"));
        return isLiteral ? json(value.getBytes(StandardCharsets.UTF_8)) : OpenApiDocument.MAPPER.valueToTree(value);
    }

    private void checkBody(JsonNode content) {
        Optional<String> type = response.headers().firstValue("content-type").map(ApiHandler::mediaType);
        if (content.isMissingNode()) {
            if (response.body().length > 0 || type.isPresent()) {
                fail(exchange + ": no body is documented");
            }
            return;
        }
        JsonNode media = type.map(content::path).orElse(content.path(""));
        if (media.isMissingNode()) {
            fail(exchange + ": the media type " + type.orElse("none") + " is not documented");
        }
        if (!response.request().method().equals("HEAD")) {
            require("the body", media.path("schema"), value(type.orElse(""), response.body()));
        }
    }

    private void checkRequest(Operation operation) {
        byte[] body = response.request().bodyPublisher().map(Collected::of).orElse(new byte[0]);
        JsonNode documented = operation.json().path("requestBody");
        if (body.length == 0 && !documented.path("required").asBoolean()) {
            return;
        }
        if (body.length > documented.path("x-body-bytes-max").asInt()) {
            fail(exchange + ": a request's body over its limit was accepted");
        }
        String type = response.request()
                .headers()
                .firstValue("content-type")
                .map(ApiHandler::mediaType)
                .orElse("*/*");
        JsonNode content = documented.path("content");
        JsonNode media = content.has(type) ? content.path(type) : content.path("*/*");
        // of many items, those that are refused may be anything
        if (!media.isMissingNode() && !new String(response.body(), StandardCharsets.UTF_8).contains("\"refused\"")) {
            require("the request that was accepted", media.path("schema"), value(type, body));
        }
    }

    private static JsonNode value(String type, byte[] body) {
        return type.endsWith("json")
                ? json(body)
                : OpenApiDocument.MAPPER.valueToTree(new String(body, StandardCharsets.UTF_8));
    }

    private static JsonNode json(byte[] text) {
        try {
            return OpenApiDocument.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + new String(text, StandardCharsets.UTF_8), e);
        }
    }

    private void require(String part, JsonNode schema, JsonNode value) {
        List<String> errors = DOCUMENT.errors(schema, value);
        if (!errors.isEmpty()) {
            fail(exchange + ": " + part + " is not as documented: " + errors + " in " + value);
        }
    }

    /** The bytes that a request was made of. Used by one thread. */
    private static final class Collected implements Flow.Subscriber<ByteBuffer> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /** All bytes of a publisher that has them at hand, as those of strings do. */
        static byte[] of(HttpRequest.BodyPublisher publisher) {
            Collected collected = new Collected();
            publisher.subscribe(collected);
            return collected.bytes.toByteArray();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer part) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {}
    }
}

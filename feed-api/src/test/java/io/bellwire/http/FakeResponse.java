package io.bellwire.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * A made-up response for the test of {@link OpenApiCheck}; its type is JSON unless {@code headerValues} says otherwise.
 */
record FakeResponse(String method, String path, int statusCode, Map<String, String> headerValues, String text)
        implements HttpResponse<byte[]> {
    @Override
    public HttpRequest request() {
        return HttpRequest.newBuilder(uri())
                .method(method, BodyPublishers.noBody())
                .build();
    }

    @Override
    public HttpHeaders headers() {
        Map<String, List<String>> headers = new HashMap<>(Map.of("Content-Type", List.of("application/json")));
        headerValues.forEach((name, value) -> headers.put(name, List.of(value)));
        return HttpHeaders.of(headers, (name, value) -> true);
    }

    @Override
    public byte[] body() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public URI uri() {
        return URI.create("http://127.0.0.1" + path);
    }

    @Override
    public Optional<HttpResponse<byte[]>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return Optional.empty();
    }

    @Override
    public HttpClient.Version version() {
        return HttpClient.Version.HTTP_1_1;
    }
}

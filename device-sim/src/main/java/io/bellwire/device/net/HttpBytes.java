package io.bellwire.device.net;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/**
 * Computes the length of HTTP/1.1 requests and responses with their headers, as the JDK's client sends and receives
 * them. The JDK's client does not tell the phrase of the status line, which is taken to be OK, and the framing of a
 * body without a length, which is not counted.
 */
final class HttpBytes {
    private static final int VERSION_AND_SPACES_BYTES = " HTTP/1.1 ".length();
    private static final int LINE_END_BYTES = 2;
    private static final int COLON_BYTES = 2;
    private static final int STATUS_LINE_BYTES = "HTTP/1.1 200 OK".length() + LINE_END_BYTES;
    /** The header that the JDK's client adds to each request, besides Host. */
    private static final int USER_AGENT_BYTES =
            headerLine("User-Agent", "Java-http-client/" + System.getProperty("java.version"));

    private HttpBytes() {}

    static long of(HttpRequest request) {
        URI uri = request.uri();
        long body = request.bodyPublisher()
                .map(HttpRequest.BodyPublisher::contentLength)
                .orElse(0L);
        String query = uri.getRawQuery();
        return request.method().length()
                + VERSION_AND_SPACES_BYTES
                + uri.getRawPath().length()
                + (query == null ? 0 : 1 + query.length())
                + LINE_END_BYTES
                + headerLine("Host", uri.getRawAuthority())
                + USER_AGENT_BYTES
                + headerLine("Content-Length", Long.toString(body))
                + of(request.headers())
                + LINE_END_BYTES
                + body;
    }

    static long of(HttpResponse.ResponseInfo response) {
        return STATUS_LINE_BYTES + of(response.headers()) + LINE_END_BYTES;
    }

    static long of(HttpResponse<byte[]> response) {
        return STATUS_LINE_BYTES + of(response.headers()) + LINE_END_BYTES + response.body().length;
    }

    private static long of(HttpHeaders headers) {
        long bytes = 0;
        for (Map.Entry<String, List<String>> header : headers.map().entrySet()) {
            for (String value : header.getValue()) {
                bytes += headerLine(header.getKey(), value);
            }
        }
        return bytes;
    }

    private static int headerLine(String name, String value) {
        return name.length() + COLON_BYTES + value.length() + LINE_END_BYTES;
    }
}

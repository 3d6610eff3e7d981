package io.bellwire.net;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/**
 * How long a message of HTTP/1.1 is, with its headers, as the JDK's client writes it and as it must have come: right but
 * for what the client does not tell, which is the status line's phrase and the framing of a body without a length.
 */
final class HttpBytes {
    private static final int VERSION_AND_SPACES = " HTTP/1.1 ".length();
    private static final int LINE_END = 2;
    private static final int COLON = 2;
    private static final int STATUS_LINE = "HTTP/1.1 200 OK".length() + LINE_END;
    /** What the JDK's client adds by itself, besides Host. */
    private static final int OWN_HEADERS = line("User-Agent", "Java-http-client/" + System.getProperty("java.version"));

    private HttpBytes() {}

    static long of(HttpRequest request) {
        URI uri = request.uri();
        long body = request.bodyPublisher()
                .map(HttpRequest.BodyPublisher::contentLength)
                .orElse(0L);
        String query = uri.getRawQuery();
        return request.method().length()
                + VERSION_AND_SPACES
                + uri.getRawPath().length()
                + (query == null ? 0 : 1 + query.length())
                + LINE_END
                + line("Host", uri.getRawAuthority())
                + OWN_HEADERS
                + line("Content-Length", Long.toString(body))
                + of(request.headers())
                + LINE_END
                + body;
    }

    static long of(HttpResponse.ResponseInfo response) {
        return STATUS_LINE + of(response.headers()) + LINE_END;
    }

    static long of(HttpResponse<byte[]> response) {
        return STATUS_LINE + of(response.headers()) + LINE_END + response.body().length;
    }

    private static long of(HttpHeaders headers) {
        long bytes = 0;
        for (Map.Entry<String, List<String>> header : headers.map().entrySet()) {
            for (String value : header.getValue()) {
                bytes += line(header.getKey(), value);
            }
        }
        return bytes;
    }

    private static int line(String name, String value) {
        return name.length() + COLON + value.length() + LINE_END;
    }
}

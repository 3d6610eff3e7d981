package io.bellwire.outbound;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One POST. The body is not copied: it must not change until the result is there.
 *
 * @param url where to; checked again at each call
 * @param headers of the request; none of those that say where a message begins, ends or goes
 * @param body as it is sent
 * @param deadline the time for all of it, from looking up the name to the end of the answer; 1 ms to 60 s
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record OutboundCall(URI url, Map<String, String> headers, byte[] body, Duration deadline) {
    /** The longest deadline. */
    public static final Duration DEADLINE_MAX = Duration.ofSeconds(60);

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7E]([\\x20-\\x7E]{0,8190}[\\x21-\\x7E])?|");

    /** Names, in lower case, that only the client sets. */
    private static final Set<String> RESERVED = Set.of(
            "host",
            "connection",
            "content-length",
            "content-encoding",
            "expect",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    public OutboundCall {
        headers = Map.copyOf(headers);
        headers.forEach((name, value) -> {
            if (!isHeaderAllowed(name)) {
                throw new IllegalArgumentException("a call must not have the header " + name);
            }
            if (!VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("the value of the header " + name + " is malformed");
            }
        });
        if (deadline.toMillis() < 1 || deadline.compareTo(DEADLINE_MAX) > 0) {
            throw new IllegalArgumentException("the deadline must be 1 ms to " + DEADLINE_MAX + ", is " + deadline);
        }
    }

    /** Whether this is the name of a header, and not one that only the client may set. */
    public static boolean isHeaderAllowed(String name) {
        return NAME.matcher(name).matches() && !RESERVED.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Without headers and body, which have secrets. */
    @Override
    public String toString() {
        return "POST " + url + " (" + body.length + " bytes)";
    }
}

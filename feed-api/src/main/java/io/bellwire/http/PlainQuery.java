package io.bellwire.http;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses queries that need no decoding: {@code name=value} pairs, each name once, all of {@code A-Z a-z 0-9 . _ -}.
 * Nearly every query is one, and Jetty's general decoder would cost more than finding the page that the query asks for.
 */
final class PlainQuery {
    private PlainQuery() {}

    /** The parameters of {@code query}; null if it needs the general decoder. */
    static @Nullable Map<String, String> parse(String query) {
        Map<String, String> parameters = new HashMap<>();
        int from = 0;
        int equals = -1;
        for (int i = 0; i <= query.length(); i++) {
            char c = i == query.length() ? '&' : query.charAt(i);
            if (c == '&') {
                if (equals <= from
                        || parameters.put(query.substring(from, equals), query.substring(equals + 1, i)) != null) {
                    return null;
                }
                from = i + 1;
                equals = -1;
            } else if (c == '=' && equals < 0) {
                equals = i;
            } else if (!isPlain(c)) {
                return null;
            }
        }
        return parameters;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}

package io.bellwire.http;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Reads the header Accept (RFC 9110, section 12.5.1). */
final class AcceptHeader {
    private static final String REFUSED = "(?i).*;\\s*q\\s*=\\s*0(\\.0*)?\\s*(;.*)?";

    private AcceptHeader() {}

    /**
     * Whether Accept is missing or allows {@code mediaType}; the most specific of its matching ranges decides. A caller
     * that accepts {@code application/json} accepts every type that ends with {@code +json}. A malformed header counts
     * as missing.
     */
    static boolean allows(HttpFields headers, String mediaType) {
        String accept = headers.get(HttpHeader.ACCEPT);
        if (accept == null || accept.equals("*/*") || accept.equals(mediaType)) {
            return true;
        }
        List<String> ranges;
        try {
            ranges = headers.getCSV(HttpHeader.ACCEPT, true);
        } catch (RuntimeException malformed) { // Jetty throws several kinds
            return true;
        }
        List<String> fittings = new ArrayList<>(List.of(mediaType));
        if (mediaType.endsWith("+json")) {
            fittings.add(ApiResponse.JSON);
        }
        fittings.add(mediaType.substring(0, mediaType.indexOf('/')) + "/*");
        fittings.add("*/*");
        for (String fitting : fittings) {
            for (String range : ranges) {
                if (ApiHandler.mediaType(range).equals(fitting)) {
                    return !range.matches(REFUSED);
                }
            }
        }
        return ranges.isEmpty();
    }
}

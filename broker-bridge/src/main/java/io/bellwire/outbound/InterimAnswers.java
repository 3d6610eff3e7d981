package io.bellwire.outbound;

import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Skips answers with a status of 100 to 199, except 101, up to a number: a server that sends them without end would
 * keep a thread busy until the deadline. One too many is passed on as if it were the last answer. Thread-safe.
 */
final class InterimAnswers extends ProcessingProtocolHandler {
    /** How many of them one call skips. */
    static final int SKIPPED_MAX = 8;

    private static final String COUNT = InterimAnswers.class.getName();

    @Override
    public boolean accept(Request request, Response response) {
        int status = response.getStatus();
        if (!HttpStatus.isInformational(status) || status == HttpStatus.SWITCHING_PROTOCOLS_101) {
            return false;
        }
        int skipped = request.getAttributes().get(COUNT) instanceof Integer count ? count : 0;
        request.attribute(COUNT, skipped + 1);
        return skipped < SKIPPED_MAX;
    }
}

package io.bellwire.receiver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.OptionalInt;

/** Asks the server to call one endpoint of a partner again. Blocks; thread-safe. */
public final class ReplayClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Before all changes. */
    private static final String BEGINNING = "1970-01-01T00:00:00Z";

    private final PartnerFeedClient partner;
    private final String path;
    private final OptionalInt perSecond;

    /**
     * @param endpoint the endpoint's name; its types should be {@code *} and its payload {@code full}
     * @param perSecond calls of a replay in a second; empty for the server's default
     */
    public ReplayClient(PartnerFeedClient partner, String endpoint, OptionalInt perSecond) {
        if (!endpoint.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("endpoint must be 1 to 64 of A-Z a-z 0-9 _ -, is " + endpoint);
        }
        this.partner = partner;
        this.path = "/endpoints/" + endpoint;
        this.perSecond = perSecond;
    }

    /** What the server makes of a request for a replay. */
    enum Answer {
        STARTED,
        /** Another replay is not over, or the endpoint cannot be called now. */
        NOT_NOW,
        /** The feed cannot be continued from the cursor: its next changes are not kept, or it is another feed. */
        GONE
    }

    /** Asks for the changes after {@code cursor} that the endpoint has received; empty for all of them. */
    Answer ask(String cursor) throws IOException, InterruptedException {
        ObjectNode body = JSON.createObjectNode();
        if (cursor.isEmpty()) {
            body.put("from_time", BEGINNING);
        } else {
            body.put("from_cursor", cursor);
        }
        perSecond.ifPresent(rate -> body.put("rate_per_s", rate));
        HttpRequest.Builder request = partner.to(path + "/replay")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()));
        int status = partner.send(request).statusCode();
        return switch (status) {
            case 202 -> Answer.STARTED;
            case 409 -> Answer.NOT_NOW;
            case 410 -> Answer.GONE;
            default -> throw new IOException("asking for a replay: HTTP " + status);
        };
    }

    /**
     * How a replay stands. Immutable.
     *
     * @param toRevision up to where it has brought everything that is kept, if it has ended so; else 0
     */
    record Standing(boolean isOver, long toRevision) {
        private static final Standing NONE = new Standing(true, 0);
    }

    /** The replay that runs, or the last one. */
    Standing standing() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = partner.send(partner.to(path + "/replay"));
        return switch (answer.statusCode()) {
            case 200 -> {
                JsonNode replay = JSON.readTree(answer.body());
                String state = replay.path("state").asText();
                boolean isComplete =
                        state.equals("done") && replay.path("missed").asLong() == 0;
                yield new Standing(
                        !state.equals("running") && !state.equals("waiting"),
                        isComplete ? replay.path("to_revision").asLong() : 0);
            }
            case 404 -> Standing.NONE;
            default -> throw new IOException("reading the replay: HTTP " + answer.statusCode());
        };
    }

    /** The revision up to which the endpoint has received all changes; 0 if the server does not know it yet. */
    long received() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = partner.send(partner.to(path));
        if (answer.statusCode() != 200) {
            throw new IOException("reading the endpoint: HTTP " + answer.statusCode());
        }
        return JSON.readTree(answer.body()).path("health").path("received").asLong();
    }
}

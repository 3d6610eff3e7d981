package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.FeedRead.Page;
import io.bellwire.feed.FeedReader;
import io.bellwire.feed.PageJson;
import io.bellwire.feed.RateLimits;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.presence.Presence;
import io.bellwire.registry.Registry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Serves pages of feeds to devices that fetch by another protocol than HTTP, with the same JSON, limits and problems.
 * Thread-safe; never blocks.
 */
public final class FeedFetch {

    private final FeedReader reader;
    private final Registry registry;
    private final RateLimits limits;
    private final Presence presence;
    private final FeedEndpoint feedEndpoint;
    private final AnswersInFlight answersInFlight;

    FeedFetch(
            FeedReader reader,
            Registry registry,
            RateLimits limits,
            Presence presence,
            FeedEndpoint feedEndpoint,
            AnswersInFlight answersInFlight) {
        this.answersInFlight = answersInFlight;
        this.reader = reader;
        this.registry = registry;
        this.limits = limits;
        this.presence = presence;
        this.feedEndpoint = feedEndpoint;
    }

    /**
     * A page, or a problem.
     *
     * @param headers the headers of the HTTP answer, in lower case, without Cache-Control
     * @param readWithin how long the device may take to read the answer
     * @param written to be called once, when the answer is written or will never be: until then its bytes count among
     *     those of all answers that are not read yet
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere; a page is too large to copy for nothing
    public record Answer(
            String contentType, byte[] body, Map<String, String> headers, Duration readWithin, Runnable written) {
        public Answer {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Reads one page. The stage never fails: an error is an answer with a problem.
     *
     * @param request a JSON object with {@code cursor} and {@code limit}, both optional
     * @param bytesMax the longest page, in bytes, that fits into a packet to the device
     */
    public CompletionStage<Answer> read(DeviceId device, byte[] request, int bytesMax) {
        CompletionStage<ApiResponse> response;
        try {
            response = response(device, request, bytesMax);
        } catch (RuntimeException e) {
            response = CompletableFuture.failedFuture(e);
        }
        return response.handle((read, failure) -> counted(
                FeedId.ofDevice(device).path(),
                read != null ? read : ApiHandler.responseToFailure("a fetch of " + device, failure)));
    }

    /** The answer to a device that fetches again before its last fetch was answered. */
    public Answer busy() {
        return answer(Problem.busy("ask again when it is").toResponse(), () -> {});
    }

    private CompletionStage<ApiResponse> response(DeviceId device, byte[] request, int bytesMax) {
        FeedId id = FeedId.ofDevice(device);
        requireRate(limits.takeRequest(id), device + " asks too often: wait for retry-after");
        JsonNode json = Json.parse(request);
        Json.requireFields(json, Set.of("cursor", "limit"));
        Optional<Cursor> cursor = cursor(json.get("cursor"));
        int limit = limit(json.get("limit"));
        answersInFlight.requireRoom(id.path());
        requireRate(limits.takeFeedRead(), "feeds are read too often by all together: wait for retry-after");
        return registry.find(id).thenCompose(found -> {
            Feed feed = found.filter(account -> !account.disabled())
                    .orElseThrow(() -> new ProblemException(Problem.notFound("there is no device " + device)))
                    .feed();
            presence.seen(device, DoorbellKind.POLL);
            return reader.read(feed, cursor, limit, Duration.ZERO)
                    .thenApply(read -> read.fold(
                            page -> feedEndpoint.pageResponse(true, feed, fitToSize(feed, page, bytesMax)),
                            reset -> FeedEndpoint.resetProblem(id, reset).toResponse()));
        });
    }

    private static void requireRate(Duration wait, String detail) {
        if (!wait.isZero()) {
            throw new ProblemException(Problem.rateLimited(detail, wait));
        }
    }

    private static Optional<Cursor> cursor(JsonNode json) {
        if (json != null && !json.isTextual()) {
            throw new ProblemException(Problem.invalidRequest("cursor must be a string"));
        }
        return Optional.ofNullable(json)
                .map(JsonNode::textValue)
                .filter(text -> !text.isEmpty())
                .map(text -> FeedEndpoint.parseCursor("cursor", text));
    }

    private static int limit(JsonNode json) {
        if (json == null) {
            return ApiCall.LIMIT_DEFAULT;
        }
        return ApiCall.wholeNumber("limit", json.isIntegralNumber() ? json.asText() : "", 1, ApiCall.LIMIT_MAX, 0);
    }

    /** The page, or as many of its changes as fit: the page that a smaller limit would have given. */
    private Page fitToSize(Feed feed, Page page, int bytesMax) {
        List<Change> changes = page.changes();
        int length = PageJson.of(feed.id(), feed.epoch(), changes).length();
        while (length > bytesMax && changes.size() > 1) {
            int fewer = (int) ((long) changes.size() * bytesMax / length);
            changes = changes.subList(0, Math.max(1, Math.min(fewer, changes.size() - 1)));
            length = PageJson.of(feed.id(), feed.epoch(), changes).length();
        }
        if (length > bytesMax) {
            throw new ProblemException(Problem.tooLarge(
                    "the next change takes " + length + " bytes, and " + bytesMax + " fit into a packet"));
        }
        return changes.size() == page.changes().size()
                ? page
                : new Page(changes, feed.cursor(changes.get(changes.size() - 1).position()), page.head(), true);
    }

    /** The answer, counted with those over HTTP; a refusal if there is no room for it. */
    private Answer counted(String holder, ApiResponse response) {
        int bytes = response.body().length();
        if (bytes < ResponseSender.COUNTED_BYTES_MIN) {
            return answer(response, () -> {});
        }
        return answersInFlight.tryAdd(holder, bytes)
                ? answer(response, () -> answersInFlight.remove(holder, bytes))
                : answer(answersInFlight.refusal(holder).toResponse(), () -> {});
    }

    private Answer answer(ApiResponse response, Runnable written) {
        Map<String, String> headers = new HashMap<>();
        response.headers().forEach((name, value) -> {
            if (!name.equals("Cache-Control")) {
                headers.put(name.toLowerCase(Locale.ROOT), value);
            }
        });
        return new Answer(
                response.contentType(),
                response.body().bytes(),
                headers,
                Duration.ofMillis(answersInFlight.readMillis(response.body().length())),
                written);
    }
}

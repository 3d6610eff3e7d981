package io.bellwire.http;

import io.bellwire.feed.FeedRead;
import io.bellwire.feed.FeedReader;
import io.bellwire.feed.PageJson;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.registry.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A device's or partner's feed from its cursor. Thread-safe. */
final class FeedEndpoint implements Endpoint {
    private static final String CONTENT_TYPE = "application/cloudevents-batch+json";
    private static final String FULL_PAGE_CACHE = "private, max-age=31536000, immutable";
    private static final int LIMIT_DEFAULT = 100;
    static final int LIMIT_MAX = 1_000;
    private static final int WAIT_MILLIS_MAX = 60_000;
    /** What may be asked of any feed. */
    static final Set<String> QUERY = Set.of("cursor", "lastEventId", "limit", "wait_ms", "timeout");

    private final EventLog log;
    private final FeedReader reader;
    private final Registry registry;

    FeedEndpoint(EventLog log, FeedReader reader, Registry registry) {
        this.log = log;
        this.reader = reader;
        this.registry = registry;
    }

    List<Route> routes() {
        return List.of(
                Route.read("/v1/devices/{id}/feed", Route.Access.OPERATOR_OR_OWNER, QUERY, this),
                Route.read("/v1/partners/{id}/feed", Route.Access.OPERATOR_OR_OWNER, QUERY, this));
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
        return registry.find(call.feed())
                .thenCompose(
                        found -> read(call, found.orElseThrow(call::noSuchParty).feed()));
    }

    /** A page of {@code feed} as the call asks for it. */
    CompletionStage<Reply> read(Call call, Feed feed) {
        Optional<Cursor> cursor = call.query("cursor", "lastEventId")
                .filter(text -> !text.isEmpty())
                .map(text -> parse("cursor", text));
        int limit = Call.number("limit", call.query().get("limit"), 1, LIMIT_MAX, LIMIT_DEFAULT);
        int waitMillis = Call.number("wait_ms", call.query("wait_ms", "timeout").orElse(null), 0, WAIT_MILLIS_MAX, 0);
        return reader.read(feed, cursor, limit, Duration.ofMillis(waitMillis))
                .thenApply(read -> read.fold(page -> page(call, feed, page), reset -> reset(feed.id(), reset)
                        .reply()));
    }

    static Cursor parse(String name, String text) {
        return Cursor.parse(text)
                .orElseThrow(() -> new ProblemException(Problem.invalidRequest(
                        name + " is not a cursor of this server: pass back what the feed gave, unchanged")));
    }

    private Reply page(Call call, Feed feed, FeedRead.Page page) {
        if (!call.caller().isOperator()) {
            // the cursor that the device brings is what it has, and this answer brings the rest
            log.received(feed, page.next().revision());
        }
        Epoch epoch = log.epoch();
        return new Reply(
                200,
                CONTENT_TYPE,
                PageJson.render(feed.id(), epoch, page.changes()),
                Map.of(
                        "Bellwire-Cursor",
                        page.next().toString(),
                        "Bellwire-Head",
                        page.head().toString(),
                        "Bellwire-Up-To-Date",
                        Boolean.toString(page.isUpToDate()),
                        "Cache-Control",
                        page.isFull() && !page.isUpToDate() ? FULL_PAGE_CACHE : "no-store"));
    }

    /** Where the state is that a feed's changes lead to. */
    private static String snapshot(FeedId feed) {
        if (feed.isGroup()) {
            return "/v1/groups/" + feed.path() + "/members";
        }
        return feed.device().isPresent() ? "/v1/" + feed.path() + "/orders" : "/v1/orders/created-history";
    }

    static Problem reset(FeedId feed, FeedRead.Reset reset) {
        String detail =
                switch (reset.reason()) {
                    case EPOCH_CHANGED -> "the cursor belongs to another log";
                    case BEFORE_RETENTION -> "the changes after the cursor are not kept any more";
                    case AHEAD_OF_LOG -> "the cursor is ahead of the feed";
                };
        return Problem.reset(
                detail + ": get the snapshot and go on from its cursor",
                Map.of(
                        "reason",
                        reset.reason().text(),
                        "snapshot",
                        snapshot(feed),
                        "earliest",
                        reset.earliest().toString()));
    }
}

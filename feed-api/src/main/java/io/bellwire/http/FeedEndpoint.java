package io.bellwire.http;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.FeedRead;
import io.bellwire.feed.FeedReader;
import io.bellwire.feed.PageJson;
import io.bellwire.feed.RateLimits;
import io.bellwire.feed.ServiceRateEstimate;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.presence.Presence;
import io.bellwire.registry.DeviceId;
import io.bellwire.registry.Registry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A device's or partner's feed from its cursor, and those that are the operator's own. Thread-safe. */
final class FeedEndpoint implements Endpoint {
    private static final String CONTENT_TYPE = "application/cloudevents-batch+json";
    private static final String FULL_PAGE_CACHE = "private, max-age=31536000, immutable";
    private static final int LIMIT_DEFAULT = 100;
    static final int LIMIT_MAX = 1_000;
    private static final int WAIT_MILLIS_MAX = 60_000;
    /** The feeds that nobody but the operator reads. */
    private static final Map<String, FeedId> OF_OPERATOR =
            Map.of("/v1/operations/feed", FeedId.OPERATIONS, "/v1/orders/feed", FeedId.ORDERS);
    /** What may be asked of any feed. */
    static final Set<String> QUERY = Set.of("cursor", "lastEventId", "limit", "wait_ms", "timeout");

    private final EventLog log;
    private final FeedReader reader;
    private final Registry registry;
    private final RateLimits limits;
    private final ServiceRateEstimate capacity;
    private final Presence presence;

    FeedEndpoint(
            EventLog log,
            FeedReader reader,
            Registry registry,
            RateLimits limits,
            ServiceRateEstimate capacity,
            Presence presence) {
        this.log = log;
        this.reader = reader;
        this.registry = registry;
        this.limits = limits;
        this.capacity = capacity;
        this.presence = presence;
    }

    List<ApiRoute> routes() {
        List<ApiRoute> routes = new ArrayList<>();
        routes.add(ApiRoute.read("/v1/devices/{id}/feed", ApiRoute.Access.OPERATOR_OR_OWNER, QUERY, this));
        routes.add(ApiRoute.read("/v1/partners/{id}/feed", ApiRoute.Access.OPERATOR_OR_OWNER, QUERY, this));
        OF_OPERATOR.keySet().forEach(path -> routes.add(ApiRoute.read(path, ApiRoute.Access.OPERATOR, QUERY, this)));
        return routes;
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        return feed(call).thenCompose(feed -> read(call, feed));
    }

    /** A page of {@code feed} as the call asks for it. */
    CompletionStage<ApiResponse> read(ApiCall call, Feed feed) {
        Optional<Cursor> cursor = call.query("cursor", "lastEventId")
                .filter(text -> !text.isEmpty())
                .map(text -> parse("cursor", text));
        int limit = ApiCall.number("limit", call.query().get("limit"), 1, LIMIT_MAX, LIMIT_DEFAULT);
        int waitMillis =
                ApiCall.number("wait_ms", call.query("wait_ms", "timeout").orElse(null), 0, WAIT_MILLIS_MAX, 0);
        Duration wait = limits.takeFeedRead();
        if (!wait.isZero()) {
            throw new ProblemException(
                    Problem.rateLimited("feeds are read too often by all together: wait for Retry-After", wait));
        }
        // the answer to a HEAD carries no change: nothing was received, and there is nothing to wait for
        boolean isHead = call.method().equals("HEAD");
        Runnable leaves = isHead ? () -> {} : noteReader(call, waitMillis > 0);
        return reader.read(feed, cursor, limit, Duration.ofMillis(isHead ? 0 : waitMillis))
                .whenComplete((read, failure) -> leaves.run())
                .thenApply(read -> read.fold(
                        page -> page(!isHead && !call.caller().isOperator(), feed, page),
                        reset -> reset(feed.id(), reset).reply()));
    }

    private CompletionStage<Feed> feed(ApiCall call) {
        FeedId ofOperator = OF_OPERATOR.get(call.route().template());
        if (ofOperator != null) {
            return log.onReader(() -> log.makeFeed(ofOperator));
        }
        return registry.find(call.feed())
                .thenApply(found -> found.orElseThrow(call::noSuchParty).feed());
    }

    /** A device that reads its feed is there; one that waits stays until it is answered, when what comes back is run. */
    private Runnable noteReader(ApiCall call, boolean waits) {
        DeviceId device =
                call.caller().party().flatMap(party -> party.id().device()).orElse(null);
        if (device == null) {
            return () -> {};
        }
        if (!waits) {
            presence.seen(device, DoorbellKind.POLL);
            return () -> {};
        }
        presence.opened(device, DoorbellKind.LONG_POLL);
        return () -> presence.closed(device, DoorbellKind.LONG_POLL);
    }

    static Cursor parse(String name, String text) {
        return Cursor.parse(text)
                .orElseThrow(() -> new ProblemException(Problem.invalidRequest(
                        name + " is not a cursor of this server: pass back what the feed gave, unchanged")));
    }

    /** @param byOwner whether it is the feed's own device or partner that gets the page, and not its headers only */
    ApiResponse page(boolean byOwner, Feed feed, FeedRead.Page page) {
        if (byOwner) {
            // the cursor that the device brings is what it has, and this answer brings the rest
            log.received(feed, page.next().position());
        }
        return new ApiResponse(
                200,
                CONTENT_TYPE,
                content(PageJson.of(feed.id(), feed.epoch(), page.changes())),
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

    private ResponseContent content(PageJson.Rendering page) {
        return new ResponseContent() {
            @Override
            public int length() {
                return page.length();
            }

            @Override
            public void writeTo(ByteBuffer buffer) {
                ServiceRateEstimate.PageRendering work = capacity.beginRendering();
                page.writeTo(buffer);
                work.done();
            }
        };
    }

    /** Where the state is that a feed's changes lead to. */
    private static String snapshot(FeedId feed) {
        if (feed.equals(FeedId.OPERATIONS)) {
            return "/v1/devices";
        }
        if (feed.equals(FeedId.ORDERS)) {
            return "/v1/orders";
        }
        if (feed.isGroup()) {
            return "/v1/groups/" + feed.path() + "/members";
        }
        return feed.device().isPresent() ? "/v1/" + feed.path() + "/orders" : "/v1/orders/created-history";
    }

    static Problem reset(FeedId feed, FeedRead.Reset reset) {
        String detail =
                switch (reset.reason()) {
                    case EPOCH_CHANGED -> "the cursor belongs to another feed or another log";
                    case BEFORE_RETENTION -> "the changes after the cursor are not kept any more";
                    case AHEAD_OF_LOG -> "the cursor is ahead of the feed";
                    case CURSOR_NOT_IN_LOG -> "the change that the cursor stands at is not in the log";
                };
        return Problem.reset(
                detail + ": get the snapshot, then read the feed from earliest",
                Map.of(
                        "reason",
                        reset.reason().text(),
                        "snapshot",
                        snapshot(feed),
                        "earliest",
                        reset.earliest().toString()));
    }
}

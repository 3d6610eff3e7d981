package io.bellwire.http;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.FeedRead;
import io.bellwire.feed.FeedReader;
import io.bellwire.feed.PageJson;
import io.bellwire.feed.RateLimits;
import io.bellwire.feed.ServiceRateEstimate;
import io.bellwire.log.Cursor;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.presence.Presence;
import io.bellwire.registry.Registry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Serves pages of feeds from a cursor: those of devices and partners, and the operator's own feeds. Thread-safe. */
final class FeedEndpoint implements Endpoint {
    static final String CONTENT_TYPE = "application/cloudevents-batch+json";
    private static final String FULL_PAGE_CACHE = "private, max-age=31536000, immutable";
    private static final int WAIT_MILLIS_MAX = 60_000;
    /** The feeds that only the operator reads, by path. */
    private static final Map<String, FeedId> OPERATOR_FEEDS = Map.of(
            "/v1/operations/feed", FeedId.OPERATIONS,
            "/v1/audit/feed", FeedId.AUDIT,
            "/v1/orders/feed", FeedId.ORDERS);
    /** The query parameters of each path that serves a feed. */
    static final Set<String> QUERY_PARAMETERS = Set.of("cursor", "lastEventId", "limit", "wait_ms", "timeout");

    private final EventLog log;
    private final FeedReader reader;
    private final Registry registry;
    private final RateLimits limits;
    private final ServiceRateEstimate serviceRate;
    private final Presence presence;
    private final LongPolls polls;

    FeedEndpoint(
            EventLog log,
            FeedReader reader,
            Registry registry,
            RateLimits limits,
            ServiceRateEstimate serviceRate,
            Presence presence,
            LongPolls polls) {
        this.log = log;
        this.reader = reader;
        this.registry = registry;
        this.limits = limits;
        this.serviceRate = serviceRate;
        this.presence = presence;
        this.polls = polls;
    }

    List<ApiRoute> routes() {
        List<ApiRoute> routes = new ArrayList<>();
        routes.add(ApiRoute.get("/v1/devices/{id}/feed", ApiRoute.Access.OPERATOR_OR_OWNER, QUERY_PARAMETERS, this));
        routes.add(ApiRoute.get("/v1/partners/{id}/feed", ApiRoute.Access.OPERATOR_OR_OWNER, QUERY_PARAMETERS, this));
        OPERATOR_FEEDS
                .keySet()
                .forEach(path -> routes.add(ApiRoute.get(path, ApiRoute.Access.OPERATOR, QUERY_PARAMETERS, this)));
        return routes;
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        return feed(call).thenCompose(feed -> read(call, feed));
    }

    /** The page of {@code feed} that the call's query asks for. */
    CompletionStage<ApiResponse> read(ApiCall call, Feed feed) {
        Optional<Cursor> cursor = call.query("cursor", "lastEventId")
                .filter(text -> !text.isEmpty())
                .map(text -> parseCursor("cursor", text));
        int limit = call.limit(ApiCall.LIMIT_DEFAULT);
        int waitMillis =
                ApiCall.wholeNumber("wait_ms", call.query("wait_ms", "timeout").orElse(null), 0, WAIT_MILLIS_MAX, 0);
        Duration wait = limits.takeFeedRead();
        if (!wait.isZero()) {
            throw new ProblemException(
                    Problem.rateLimited("feeds are read too often by all together: wait for Retry-After", wait));
        }
        // the answer to a HEAD carries no changes: the reader receives nothing, and does not wait
        boolean isHead = call.method().equals("HEAD");
        if (isHead || waitMillis == 0) {
            if (!isHead) {
                device(call).ifPresent(device -> presence.seen(device, DoorbellKind.POLL));
            }
            return reader.read(feed, cursor, limit, Duration.ZERO).thenApply(read -> response(call, feed, read));
        }
        LongPolls.LongPoll poll = polls.open(call.caller(), call.connection());
        Optional<DeviceId> device = device(call);
        // a long poll is a connection until its answer
        device.ifPresent(waiting -> presence.connectionOpened(waiting, DoorbellKind.LONG_POLL));
        CompletionStage<FeedRead> reading = reader.read(feed, cursor, limit, Duration.ofMillis(waitMillis), poll);
        endIfRevoked(call.caller());
        return reading.whenComplete((read, failure) -> {
                    polls.close(poll);
                    device.ifPresent(waiting -> presence.connectionClosed(waiting, DoorbellKind.LONG_POLL));
                })
                .thenApply(read -> {
                    poll.requireValid();
                    return response(call, feed, read);
                });
    }

    /** A change of the secret since the request was authenticated ended only the polls that were open then. */
    private void endIfRevoked(Caller caller) {
        caller.login().ifPresent(account -> {
            CompletionStage<Void> unused =
                    registry.find(account.id()).thenAccept(now -> now.ifPresent(polls::endRevoked));
        });
    }

    private ApiResponse response(ApiCall call, Feed feed, FeedRead read) {
        boolean isReceived = !call.method().equals("HEAD") && !call.caller().isOperator();
        return read.fold(page -> pageResponse(isReceived, feed, page), reset -> resetProblem(feed.id(), reset)
                .toResponse());
    }

    /** The device that reads; empty if the caller is none. */
    private static Optional<DeviceId> device(ApiCall call) {
        return call.caller().account().flatMap(account -> account.id().device());
    }

    private CompletionStage<Feed> feed(ApiCall call) {
        FeedId operatorFeed = OPERATOR_FEEDS.get(call.route().template());
        if (operatorFeed != null) {
            return log.onReader(() -> log.getOrCreateFeed(operatorFeed));
        }
        return registry.find(call.feed())
                .thenApply(found -> found.orElseThrow(call::noSuchAccount).feed());
    }

    static Cursor parseCursor(String name, String text) {
        return Cursor.parse(text)
                .orElseThrow(() -> new ProblemException(Problem.invalidRequest(
                        name + " is not a cursor of this server: pass back what the feed gave, unchanged")));
    }

    /**
     * The answer that carries a page.
     *
     * @param byOwner whether the feed's own device or partner gets the page, with its body: then the page counts as
     *     received as soon as it is written
     */
    ApiResponse pageResponse(boolean byOwner, Feed feed, FeedRead.Page page) {
        // the reader has everything up to its cursor, and this answer brings the changes up to next
        Runnable sent = byOwner ? () -> log.received(feed, page.next().position()) : () -> {};
        return new ApiResponse(
                200,
                CONTENT_TYPE,
                content(PageJson.of(feed.id(), feed.epoch(), page.changes()), sent),
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

    /** @param sent runs when the page is written for its connection: a page that is refused for its size never is */
    private ResponseContent content(PageJson.Rendering page, Runnable sent) {
        return new ResponseContent() {
            @Override
            public int length() {
                return page.length();
            }

            @Override
            public void writeTo(ByteBuffer buffer) {
                ServiceRateEstimate.PageRendering work = serviceRate.beginRendering();
                page.writeTo(buffer);
                work.done();
                sent.run();
            }
        };
    }

    /** The path of the state that the changes of a feed lead to. */
    private static String snapshotPath(FeedId feed) {
        if (feed.equals(FeedId.OPERATIONS)) {
            return "/v1/devices";
        }
        if (feed.equals(FeedId.AUDIT)) {
            return "/v1/operators";
        }
        if (feed.equals(FeedId.ORDERS)) {
            return "/v1/orders";
        }
        if (feed.isGroup()) {
            return "/v1/groups/" + feed.path() + "/members";
        }
        return feed.device().isPresent() ? "/v1/" + feed.path() + "/orders" : "/v1/orders/created-history";
    }

    static Problem resetProblem(FeedId feed, FeedRead.Reset reset) {
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
                        snapshotPath(feed),
                        "earliest",
                        reset.earliest().toString()));
    }
}

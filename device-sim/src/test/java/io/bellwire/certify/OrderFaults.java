package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Faults that break a rule about orders or about events of other back ends. */
final class OrderFaults {
    private OrderFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(orders(), changes(), lists(), events()).flatMap(List::stream);
    }

    /** Gives each request a new idempotency key. */
    private static final Distortion KEYS_ARE_IGNORED = (request, upstream) -> upstream.send(
            request.headers().containsKey("Idempotency-Key")
                    ? request.withHeader("Idempotency-Key", UUID.randomUUID().toString())
                    : request);

    private static Distortion withoutHeader(String name) {
        return (request, upstream) -> upstream.send(request.withoutHeader(name));
    }

    private static Distortion status(int from, int to) {
        return (request, upstream) -> {
            ProxiedResponse response = upstream.send(request);
            return response.status() == from ? response.withStatus(to) : response;
        };
    }

    private static List<HttpFault> orders() {
        return List.of(
                new HttpFault(
                        "order-minimal",
                        "shows what was not given",
                        "the order's fields",
                        (request, upstream) ->
                                upstream.send(request).withObject(201, order -> order.putNull("volume"))),
                new HttpFault(
                        "order-minimal",
                        "says nothing of where the order is",
                        "expected Location",
                        (request, upstream) -> {
                            ProxiedResponse response = upstream.send(request);
                            return request.isNewOrder() ? response.withHeader("Location", "/v1/orders") : response;
                        }),
                new HttpFault(
                        "order-idempotent", "ignores idempotency keys", "the first answer again", KEYS_ARE_IGNORED),
                new HttpFault(
                        "order-idempotent",
                        "answers a repeated order without its ETag",
                        "ETag again",
                        onSecond("Idempotency-Key", response -> response.withHeader("ETag", "\"other\""))),
                new HttpFault(
                        "order-idempotency-mismatch", "ignores idempotency keys", "expected 422", KEYS_ARE_IGNORED),
                new HttpFault(
                        "order-concurrent-duplicates",
                        "ignores idempotency keys",
                        "expected one order",
                        KEYS_ARE_IGNORED),
                new HttpFault(
                        "order-etag-not-modified",
                        "ignores If-None-Match",
                        "expected 304",
                        withoutHeader("If-None-Match")),
                new HttpFault(
                        "order-etag-not-modified",
                        "takes every ETag for its own",
                        "expected 200",
                        (request, upstream) -> {
                            ProxiedResponse response = upstream.send(request);
                            return request.headers().containsKey("If-None-Match") ? response.withStatus(304) : response;
                        }),
                new HttpFault("order-needs-a-device", "takes an order for nobody", "expected 400", status(400, 201)),
                new HttpFault(
                        "order-ids-are-uuids",
                        "counts its orders",
                        "a UUID of version 7",
                        (request, upstream) -> upstream.send(request).withObject(201, order -> order.put("id", "17"))),
                new HttpFault(
                        "order-ids-are-uuids",
                        "gives the first id again",
                        "another id",
                        (request, upstream) -> upstream.send(request)
                                .withObject(201, order -> order.put("id", "01a1f7f8-3000-7000-8a3b-6d1e90c4f2a7"))));
    }

    private interface Edit {
        ProxiedResponse edit(ProxiedResponse response);
    }

    /** Edits the answer to the second request that has the header. */
    private static Distortion onSecond(String header, Edit edit) {
        AtomicReference<String> seen = new AtomicReference<>("");
        return (request, upstream) -> {
            String value = request.headers().getOrDefault(header, "");
            boolean isSecond = !value.isEmpty() && seen.getAndSet(value).equals(value);
            ProxiedResponse response = upstream.send(request);
            return isSecond ? edit.edit(response) : response;
        };
    }

    /** Replaces the request's If-Match by the order's present ETag. */
    private static final Distortion STATES_ARE_IGNORED = (request, upstream) -> upstream.send(
            request.method().equals("PATCH")
                    ? request.withHeader(
                            "If-Match",
                            upstream.send(new ProxiedRequest("GET", request.path(), request.headers(), "")
                                            .withoutHeader("Content-Type"))
                                    .headers()
                                    .get("ETag"))
                    : request);

    private static List<HttpFault> changes() {
        return List.of(
                new HttpFault(
                        "patch-needs-precondition", "changes whatever is there", "expected 428", STATES_ARE_IGNORED),
                new HttpFault("patch-stale", "overwrites what another has changed", "expected 412", STATES_ARE_IGNORED),
                new HttpFault(
                        "patch-is-in-the-feed",
                        "leaves updates out of the feed",
                        "types of the changes",
                        (request, upstream) -> request.isFeed()
                                ? upstream.send(request).withChanges(changes -> changes.remove(1))
                                : upstream.send(request)),
                new HttpFault("status-step-forbidden", "takes any step", "expected 409", (request, upstream) -> {
                    ProxiedResponse response = upstream.send(request);
                    return request.method().equals("PATCH") && response.status() == 409
                            ? response.withStatus(200)
                            : response;
                }),
                new HttpFault(
                        "status-step-forbidden",
                        "does not name the steps that there are",
                        "a detail that names",
                        (request, upstream) ->
                                upstream.send(request).withObject(409, problem -> problem.put("detail", "no"))),
                new HttpFault("lock-excludes-others", "ignores locks", "expected 409", locksAreOpen()));
    }

    /** Gives every request the token of the lock. */
    private static Distortion locksAreOpen() {
        AtomicReference<String> token = new AtomicReference<>("");
        return (request, upstream) -> {
            ProxiedResponse response = upstream.send(
                    token.get().isEmpty() || !request.method().equals("PATCH")
                            ? request
                            : request.withHeader("X-Lock-Token", token.get()));
            if (request.path().endsWith("/lock") && response.status() == 201) {
                token.set(response.json().path("lock_token").asText());
            }
            return response;
        };
    }

    private static List<HttpFault> lists() {
        return List.of(
                new HttpFault(
                        "bulk-one-bad-item",
                        "does nothing if one item is bad",
                        "statuses afterwards",
                        (request, upstream) -> request.path().endsWith("/bulk-status-change")
                                ? upstream.send(request.withBody(withoutSteps(request.json())))
                                : upstream.send(request)),
                new HttpFault(
                        "bulk-one-bad-item",
                        "gives results in another order",
                        "order_id of the results",
                        (request, upstream) -> request.path().endsWith("/bulk-status-change")
                                ? upstream.send(request).withObject(200, answer -> reverse(answer.withArray("results")))
                                : upstream.send(request)),
                new HttpFault(
                        "created-history-newest-first",
                        "shows the oldest first",
                        "orders, newest first",
                        (request, upstream) -> request.path().contains("created-history")
                                ? upstream.send(request)
                                        .withObject(200, answer -> reverse(answer.withArray("orders_created_events")))
                                : upstream.send(request)),
                new HttpFault(
                        "created-history-newest-first",
                        "moves when an order is placed",
                        "the same events again",
                        (request, upstream) ->
                                upstream.send(request.withPath(request.path().replaceAll("&older_than=.*", "")))));
    }

    private static JsonNode withoutSteps(JsonNode bulk) {
        bulk.path("status_changes").forEach(item -> ((ObjectNode) item).put("new_status", "ready"));
        return bulk;
    }

    private static void reverse(ArrayNode array) {
        for (int i = 0, last = array.size() - 1; i < last; i++) {
            array.insert(i, array.remove(last));
        }
    }

    private static List<HttpFault> events() {
        return List.of(
                new HttpFault(
                        "events-idempotent-by-source-and-id",
                        "takes every event for a new one",
                        "expected appended 0",
                        (request, upstream) -> request.path().equals("/v1/events")
                                        && request.json().isObject()
                                ? upstream.send(request.withBody(((ObjectNode) request.json())
                                        .put("id", UUID.randomUUID().toString())))
                                : upstream.send(request)),
                new HttpFault(
                        "events-keep-their-origin",
                        "drops the sender's id",
                        "expected originid",
                        (request, upstream) -> upstream.send(request).with("\"originid\":\"e1\",", "")),
                new HttpFault(
                        "events-batch-whole-or-not-at-all",
                        "appends the good half of a batch",
                        "expected changes",
                        (request, upstream) -> {
                            if (request.path().equals("/v1/events")) {
                                ProxiedResponse half = upstream.send(request.withBody(HttpReply.JSON
                                        .createArrayNode()
                                        .add(request.json().get(0))));
                                if (half.status() != 200) {
                                    return half.withStatus(BreakingProxy.OWN_FAILURE);
                                }
                            }
                            return upstream.send(request);
                        }));
    }
}

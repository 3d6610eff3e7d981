package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Servers that break a rule of orders or of other back ends' events. */
final class OrderFaults {
    private OrderFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(orders(), changes(), lists(), events()).flatMap(List::stream);
    }

    /** Each request seems to have a key of its own. */
    private static final Distortion KEYS_ARE_IGNORED = (asked, upstream) -> upstream.ask(
            asked.headers().containsKey("Idempotency-Key")
                    ? asked.withHeader("Idempotency-Key", UUID.randomUUID().toString())
                    : asked);

    private static Distortion withoutHeader(String name) {
        return (asked, upstream) -> upstream.ask(asked.withoutHeader(name));
    }

    private static Distortion status(int from, int to) {
        return (asked, upstream) -> {
            Told told = upstream.ask(asked);
            return told.status() == from ? told.withStatus(to) : told;
        };
    }

    private static List<HttpFault> orders() {
        return List.of(
                new HttpFault(
                        "order-minimal",
                        "shows what was not given",
                        "the order's fields",
                        (asked, upstream) -> upstream.ask(asked).withObject(201, order -> order.putNull("volume"))),
                new HttpFault(
                        "order-minimal",
                        "says nothing of where the order is",
                        "expected Location",
                        (asked, upstream) -> {
                            Told told = upstream.ask(asked);
                            return asked.isNewOrder() ? told.withHeader("Location", "/v1/orders") : told;
                        }),
                new HttpFault(
                        "order-idempotent", "ignores idempotency keys", "the first answer again", KEYS_ARE_IGNORED),
                new HttpFault(
                        "order-idempotent",
                        "answers a repeated order without its ETag",
                        "ETag again",
                        onSecond("Idempotency-Key", told -> told.withHeader("ETag", "\"other\""))),
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
                        (asked, upstream) -> {
                            Told told = upstream.ask(asked);
                            return asked.headers().containsKey("If-None-Match") ? told.withStatus(304) : told;
                        }),
                new HttpFault("order-needs-a-device", "takes an order for nobody", "expected 400", status(400, 201)),
                new HttpFault(
                        "order-ids-are-uuids",
                        "counts its orders",
                        "a UUID of version 7",
                        (asked, upstream) -> upstream.ask(asked).withObject(201, order -> order.put("id", "17"))),
                new HttpFault(
                        "order-ids-are-uuids",
                        "gives the first id again",
                        "another id",
                        (asked, upstream) -> upstream.ask(asked)
                                .withObject(201, order -> order.put("id", "01a1f7f8-3000-7000-8a3b-6d1e90c4f2a7"))));
    }

    private interface Edit {
        Told edit(Told told);
    }

    /** Edits the answer to the second request that has the header. */
    private static Distortion onSecond(String header, Edit edit) {
        AtomicReference<String> seen = new AtomicReference<>("");
        return (asked, upstream) -> {
            String value = asked.headers().getOrDefault(header, "");
            boolean isSecond = !value.isEmpty() && seen.getAndSet(value).equals(value);
            Told told = upstream.ask(asked);
            return isSecond ? edit.edit(told) : told;
        };
    }

    /** Changes an order whatever state the request names. */
    private static final Distortion STATES_ARE_IGNORED = (asked, upstream) -> upstream.ask(
            asked.method().equals("PATCH")
                    ? asked.withHeader(
                            "If-Match",
                            upstream.ask(new Asked("GET", asked.path(), asked.headers(), "")
                                            .withoutHeader("Content-Type"))
                                    .headers()
                                    .get("ETag"))
                    : asked);

    private static List<HttpFault> changes() {
        return List.of(
                new HttpFault(
                        "patch-needs-precondition", "changes whatever is there", "expected 428", STATES_ARE_IGNORED),
                new HttpFault("patch-stale", "overwrites what another has changed", "expected 412", STATES_ARE_IGNORED),
                new HttpFault(
                        "patch-is-in-the-feed",
                        "does not tell updates",
                        "types of the changes",
                        (asked, upstream) -> asked.isFeed()
                                ? upstream.ask(asked).withChanges(changes -> changes.remove(1))
                                : upstream.ask(asked)),
                new HttpFault("status-step-forbidden", "takes any step", "expected 409", (asked, upstream) -> {
                    Told told = upstream.ask(asked);
                    return asked.method().equals("PATCH") && told.status() == 409 ? told.withStatus(200) : told;
                }),
                new HttpFault(
                        "status-step-forbidden",
                        "does not name the steps that there are",
                        "a detail that names",
                        (asked, upstream) ->
                                upstream.ask(asked).withObject(409, problem -> problem.put("detail", "no"))),
                new HttpFault("lock-excludes-others", "lets everybody in", "expected 409", locksAreOpen()));
    }

    /** Gives everybody the token of the lock. */
    private static Distortion locksAreOpen() {
        AtomicReference<String> token = new AtomicReference<>("");
        return (asked, upstream) -> {
            Told told = upstream.ask(
                    token.get().isEmpty() || !asked.method().equals("PATCH")
                            ? asked
                            : asked.withHeader("X-Lock-Token", token.get()));
            if (asked.path().endsWith("/lock") && told.status() == 201) {
                token.set(told.json().path("lock_token").asText());
            }
            return told;
        };
    }

    private static List<HttpFault> lists() {
        return List.of(
                new HttpFault(
                        "bulk-one-bad-item",
                        "does nothing if one item is bad",
                        "statuses afterwards",
                        (asked, upstream) -> asked.path().endsWith("/bulk-status-change")
                                ? upstream.ask(asked.withBody(withoutSteps(asked.json())))
                                : upstream.ask(asked)),
                new HttpFault(
                        "bulk-one-bad-item",
                        "gives results in another order",
                        "order_id of the results",
                        (asked, upstream) -> asked.path().endsWith("/bulk-status-change")
                                ? upstream.ask(asked).withObject(200, answer -> reverse(answer.withArray("results")))
                                : upstream.ask(asked)),
                new HttpFault(
                        "created-history-newest-first",
                        "shows the oldest first",
                        "orders, newest first",
                        (asked, upstream) -> asked.path().contains("created-history")
                                ? upstream.ask(asked)
                                        .withObject(200, answer -> reverse(answer.withArray("orders_created_events")))
                                : upstream.ask(asked)),
                new HttpFault(
                        "created-history-newest-first",
                        "moves when an order is placed",
                        "the same events again",
                        (asked, upstream) ->
                                upstream.ask(asked.withPath(asked.path().replaceAll("&older_than=.*", "")))));
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
                        (asked, upstream) -> asked.path().equals("/v1/events")
                                        && asked.json().isObject()
                                ? upstream.ask(asked.withBody(((ObjectNode) asked.json())
                                        .put("id", UUID.randomUUID().toString())))
                                : upstream.ask(asked)),
                new HttpFault(
                        "events-keep-their-origin",
                        "forgets the sender's id",
                        "expected originid",
                        (asked, upstream) -> upstream.ask(asked).with("\"originid\":\"e1\",", "")),
                new HttpFault(
                        "events-batch-whole-or-not-at-all",
                        "appends the good half of a batch",
                        "expected changes",
                        (asked, upstream) -> {
                            if (asked.path().equals("/v1/events")) {
                                Told half = upstream.ask(asked.withBody(HttpReply.JSON
                                        .createArrayNode()
                                        .add(asked.json().get(0))));
                                if (half.status() != 200) {
                                    return half.withStatus(BreakingProxy.OWN_FAILURE);
                                }
                            }
                            return upstream.ask(asked);
                        }));
    }
}

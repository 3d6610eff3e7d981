package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Cases about changing orders without overwriting the changes of others. */
final class OrderChangeCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    32,
                    "patch-needs-precondition",
                    "A change of an order without a precondition is 428.",
                    OrderChangeCases::patchNeedsPrecondition),
            new ConformanceCase(
                    33,
                    "patch-stale",
                    "A change with a stale If-Match is 412 and changes nothing.",
                    OrderChangeCases::patchStale),
            new ConformanceCase(
                    34,
                    "patch-is-in-the-feed",
                    "A change of an order raises its version and is in the feed with the whole order.",
                    OrderChangeCases::patchIsInTheFeed),
            new ConformanceCase(
                    35,
                    "status-step-forbidden",
                    "A step that the status cannot take is 409, and the detail names those that it can take.",
                    OrderChangeCases::statusStepForbidden),
            new ConformanceCase(
                    36,
                    "lock-excludes-others",
                    "While an order is locked, a change without the lock's token is 409; the write with it releases the lock.",
                    OrderChangeCases::lockExcludesOthers),
            new ConformanceCase(
                    37,
                    "bulk-one-bad-item",
                    "In a bulk change each item has its result, in order, and a refused one does not affect the others.",
                    OrderChangeCases::bulkOneBadItem),
            new ConformanceCase(
                    38,
                    "created-history-newest-first",
                    "The history of created orders is newest first, and its pages stay the same while new orders arrive.",
                    OrderChangeCases::createdHistoryNewestFirst));

    private static final String ACCEPT = "{\"status\":\"accepted\"}";

    private OrderChangeCases() {}

    private static void patchNeedsPrecondition(CaseContext context) throws Exception {
        HttpReply placed = context.postOrder(context.newDevice());
        String path = placed.header("Location");
        context.operator().patch(path, ACCEPT).problem(428, "precondition-required");
        Expect.same("version", 1L, version(context, path));
    }

    private static long version(CaseContext context, String path) throws Exception {
        return context.operator().get(path).expect(200).json().path("version").asLong();
    }

    private static void patchStale(CaseContext context) throws Exception {
        HttpReply placed = context.postOrder(context.newDevice());
        String path = placed.header("Location");
        String etag = placed.header("ETag");
        HttpReply changed = context.operator()
                .patch(path, "{\"volume\":\"110ml\"}", "If-Match", etag)
                .expect(200);
        Expect.that(!changed.header("ETag").equals(etag), "another ETag after a change", etag);
        context.operator()
                .patch(path, "{\"volume\":\"40ml\"}", "If-Match", etag)
                .problem(412, "precondition-failed");
        JsonNode order = context.operator().get(path).expect(200).json();
        Expect.same("volume", "110ml", order.path("volume").asText());
        Expect.same("version", 2L, order.path("version").asLong());
    }

    private static void patchIsInTheFeed(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        HttpReply placed = context.postOrder(device);
        HttpReply patched = context.operator()
                .patch(placed.header("Location"), "{\"volume\":\"110ml\"}", "If-Match", placed.header("ETag"))
                .expect(200);
        context.operator()
                .patch(placed.header("Location"), ACCEPT, "If-Match", patched.header("ETag"))
                .expect(200);
        List<JsonNode> changes = device.http().get(device.feed()).changes();
        Expect.same(
                "types of the changes",
                List.of("io.bellwire.order.created", "io.bellwire.order.updated", "io.bellwire.order.status-changed"),
                changes.stream().map(change -> change.path("type").asText()).toList());
        Expect.same("data of the second change", patched.json(), changes.get(1).path("data"));
        Expect.same("version", 3L, changes.get(2).path("data").path("version").asLong());
        Expect.same(
                "status", "accepted", changes.get(2).path("data").path("status").asText());
    }

    private static void statusStepForbidden(CaseContext context) throws Exception {
        HttpReply placed = context.postOrder(context.newDevice());
        String path = placed.header("Location");
        HttpReply refused = context.operator()
                .patch(path, "{\"status\":\"delivered\"}", "If-Match", placed.header("ETag"))
                .problem(409);
        String detail = refused.json().path("detail").asText();
        Expect.that(
                List.of("accepted", "rejected", "cancelled").stream().allMatch(detail::contains),
                "a detail that names accepted, rejected and cancelled",
                detail);
        Expect.same("version", 1L, version(context, path));
    }

    private static void lockExcludesOthers(CaseContext context) throws Exception {
        HttpReply placed = context.postOrder(context.newDevice());
        String path = placed.header("Location");
        String etag = placed.header("ETag");
        HttpReply locked = context.operator().send("POST", path + "/lock", "").expect(201);
        String token = locked.json().path("lock_token").asText();
        Expect.that(!token.isEmpty(), "a lock_token", locked.text());
        Expect.that(Times.isTime(locked.json().path("expires_at")), "a time as expires_at", locked.text());
        context.operator().send("POST", path + "/lock", "").problem(409);
        context.operator().patch(path, ACCEPT, "If-Match", etag).problem(409);
        context.operator()
                .patch(path, ACCEPT, "If-Match", etag, "X-Lock-Token", "not-this-one")
                .problem(409);
        Expect.same("version while locked by another", 1L, version(context, path));
        context.operator()
                .patch(path, ACCEPT, "If-Match", etag, "X-Lock-Token", token)
                .expect(200);
        // that write has released the lock
        String now = context.operator().get(path).expect(200).header("ETag");
        context.operator()
                .patch(path, "{\"status\":\"in_progress\"}", "If-Match", now)
                .expect(200);
    }

    private static void bulkOneBadItem(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        String first = context.placeOrder(device);
        String second = context.placeOrder(device);
        String third = context.placeOrder(device);
        JsonNode results = device.http()
                .post(
                        "/v1/orders/bulk-status-change",
                        "{\"status_changes\":[" + item(first, "accepted") + "," + item(second, "delivered") + ","
                                + item(third, "accepted") + "]}")
                .expect(200)
                .json()
                .path("results");
        Expect.same("number of results", 3, results.size());
        List<String> ids = new ArrayList<>();
        results.forEach(result -> ids.add(result.path("order_id").asText()));
        Expect.same("order_id of the results", List.of(first, second, third), ids);
        List<String> statuses = new ArrayList<>();
        for (String id : ids) {
            statuses.add(context.operator()
                    .get("/v1/orders/" + id)
                    .expect(200)
                    .json()
                    .path("status")
                    .asText());
        }
        Expect.same("statuses afterwards", List.of("accepted", "new", "accepted"), statuses);
    }

    private static String item(String order, String status) {
        return "{\"order_id\":\"" + order + "\",\"new_status\":\"" + status + "\"}";
    }

    private static void createdHistoryNewestFirst(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        List<String> placed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            placed.add(context.placeOrder(device));
        }
        Collections.reverse(placed);
        // other clients may place orders too: only the sequence of this case's orders matters
        JsonNode page = history(context, "?limit=1000");
        List<String> ours = new ArrayList<>();
        String newest = "";
        for (JsonNode event : page) {
            if (placed.contains(event.path("order_id").asText())) {
                newest = newest.isEmpty() ? event.path("id").asText() : newest;
                ours.add(event.path("order_id").asText());
            }
        }
        Expect.same("orders, newest first,", placed, ours);
        JsonNode older = history(context, "?limit=3&older_than=" + newest);
        Expect.that(older.size() > 0, "events older than " + newest, older);
        context.placeOrder(device);
        Expect.same("the same events again,", older, history(context, "?limit=3&older_than=" + newest));
    }

    private static JsonNode history(CaseContext context, String query) throws Exception {
        return context.operator()
                .get("/v1/orders/created-history" + query)
                .expect(200)
                .json()
                .path("orders_created_events");
    }
}

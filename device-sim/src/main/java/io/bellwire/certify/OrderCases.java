package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** Cases about placing orders, each exactly once. */
final class OrderCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    25,
                    "order-minimal",
                    "An order needs only device_id; fields that were not given are absent.",
                    OrderCases::orderMinimal),
            new ConformanceCase(
                    26,
                    "order-idempotent",
                    "The same Idempotency-Key and body again: the first answer again, and nothing new.",
                    OrderCases::orderIdempotent),
            new ConformanceCase(
                    27,
                    "order-idempotency-mismatch",
                    "The same Idempotency-Key with another body is 422.",
                    OrderCases::orderIdempotencyMismatch),
            new ConformanceCase(
                    28,
                    "order-concurrent-duplicates",
                    "If the same order is sent many times at once, one is placed; all answers name it, or are 409.",
                    OrderCases::orderConcurrentDuplicates),
            new ConformanceCase(
                    29,
                    "order-etag-not-modified",
                    "A read with the order's ETag as If-None-Match is 304 without a body.",
                    OrderCases::orderEtagNotModified),
            new ConformanceCase(
                    30,
                    "order-needs-a-device",
                    "An order for a device that does not exist is 400.",
                    OrderCases::orderNeedsADevice),
            new ConformanceCase(
                    31,
                    "order-ids-are-uuids",
                    "Ids of orders are UUIDs of version 7 in lower case, and no two are the same.",
                    OrderCases::orderIdsAreUuids));

    private static final Pattern UUID_7 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    private OrderCases() {}

    private static void orderMinimal(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        HttpReply placed = context.operator()
                .post("/v1/orders", "{\"device_id\":\"" + device.id() + "\"}")
                .expect(201);
        JsonNode order = placed.json();
        Set<String> fields = new HashSet<>();
        order.fieldNames().forEachRemaining(fields::add);
        Expect.same(
                "the order's fields",
                Set.of("id", "device_id", "status", "version", "created_at", "updated_at"),
                fields);
        Expect.same("device_id", device.id(), order.path("device_id").asText());
        Expect.same("status", "new", order.path("status").asText());
        Expect.same("version", 1L, order.path("version").asLong());
        Expect.that(Times.isTime(order.path("created_at")), "a time as created_at", order);
        String location = "/v1/orders/" + order.path("id").asText();
        Expect.same("Location", location, placed.header("Location"));
        Expect.that(!placed.header("ETag").isEmpty(), "an ETag with the order", "none");
        Expect.same(
                "the order", order, context.operator().get(location).expect(200).json());
    }

    private static void orderIdsAreUuids(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            String id = context.postOrder(device).json().path("id").asText();
            Expect.that(UUID_7.matcher(id).matches(), "a UUID of version 7 as the order's id", id);
            Expect.that(ids.add(id), "another id for another order", id);
        }
    }

    private static void orderIdempotent(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        String key = context.newName();
        HttpReply first = context.postOrder(device, "Idempotency-Key", key);
        HttpReply again = context.postOrder(device, "Idempotency-Key", key);
        Expect.same("the first answer again,", first.text(), again.text());
        Expect.same("Location again", first.header("Location"), again.header("Location"));
        Expect.same("ETag again", first.header("ETag"), again.header("ETag"));
        Expect.same("revisions", List.of(1L), device.http().get(device.feed()).revisions());
    }

    private static void orderIdempotencyMismatch(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        String key = context.newName();
        context.postOrder(device, "Idempotency-Key", key);
        context.operator()
                .post(
                        "/v1/orders",
                        "{\"device_id\":\"" + device.id() + "\",\"recipe_id\":\"ristretto\"}",
                        "Idempotency-Key",
                        key)
                .problem(422, "idempotency-mismatch");
        Expect.same("revisions", List.of(1L), device.http().get(device.feed()).revisions());
    }

    private static void orderConcurrentDuplicates(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        String[] headers = HttpCaller.withType(HttpCaller.JSON, "Idempotency-Key", context.newName());
        List<CompletableFuture<HttpReply>> sent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            sent.add(context.operator().sendAsync("POST", "/v1/orders", CaseContext.orderBody(device), headers));
        }
        Set<String> ids = new HashSet<>();
        for (CompletableFuture<HttpReply> one : sent) {
            HttpReply reply = one.get();
            if (reply.status() == 409) {
                reply.problem(409, "conflict");
            } else {
                ids.add(reply.expect(201).json().path("id").asText());
            }
        }
        Expect.that(ids.size() == 1, "one order", ids);
        List<JsonNode> changes = device.http().get(device.feed()).changes();
        Expect.same("number of changes", 1, changes.size());
        Expect.same(
                "orders in the feed", ids, Set.of(changes.get(0).path("subject").asText()));
    }

    private static void orderEtagNotModified(CaseContext context) throws Exception {
        HttpReply placed = context.postOrder(context.newDevice());
        String path = placed.header("Location");
        String etag = placed.header("ETag");
        Expect.same(
                "ETag of the order read",
                etag,
                context.operator().get(path).expect(200).header("ETag"));
        HttpReply same = context.operator().get(path, "If-None-Match", etag).expect(304);
        Expect.same("bytes of a 304", 0, same.body().length);
        context.operator().get(path, "If-None-Match", "\"another\"").expect(200);
    }

    private static void orderNeedsADevice(CaseContext context) throws Exception {
        context.operator()
                .post("/v1/orders", "{\"device_id\":\"" + context.newName() + "\"}")
                .problem(400, "invalid-request");
        context.operator().post("/v1/orders", "{}").problem(400, "invalid-request");
    }
}

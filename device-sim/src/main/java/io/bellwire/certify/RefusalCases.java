package io.bellwire.certify;

import java.util.List;

/** Cases about requests that are refused over HTTP. */
final class RefusalCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    42,
                    "unknown-field-refused-by-name",
                    "A field or parameter that is not known is 400, and the detail names it.",
                    RefusalCases::unknownFieldRefusedByName),
            new ConformanceCase(
                    43,
                    "problem-json-everywhere",
                    "Every error is application/problem+json with type, title, status and detail.",
                    RefusalCases::problemJsonEverywhere),
            new ConformanceCase(
                    44, "token-is-needed", "Without a known token every call is 401.", RefusalCases::tokenIsNeeded),
            new ConformanceCase(
                    45,
                    "device-reads-own-feed-only",
                    "A device that asks for another device's resources, or for the operator's, is refused.",
                    RefusalCases::deviceReadsOwnFeedOnly));

    private static final int BODY_BYTES_OVER = (64 << 10) + 1;

    private RefusalCases() {}

    private static void unknownFieldRefusedByName(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        expectNamed(
                "colour",
                context.operator().post("/v1/orders", "{\"device_id\":\"" + device.id() + "\",\"colour\":\"red\"}"));
        expectNamed("colour", device.http().get(device.feed() + "?colour=red"));
        expectNamed("colour", device.http().post(device.acks(), "{\"colour\":\"red\"}"));
        Expect.same("changes", List.of(), device.http().get(device.feed()).changes());
    }

    private static void expectNamed(String name, HttpReply reply) throws RuleViolation {
        reply.problem(400, "invalid-request");
        String detail = reply.json().path("detail").asText();
        Expect.that(detail.contains(name), "a detail that names " + name, detail);
    }

    private static void problemJsonEverywhere(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        HttpCaller operator = context.operator();
        String body = CaseContext.orderBody(device);
        operator.post("/v1/orders", "{").problem(400, "invalid-request");
        context.callerWithToken("").get(device.feed()).problem(401, "unauthorized");
        device.http().put(device.path()).problem(403, "forbidden");
        operator.get("/v1/devices/" + context.newName()).problem(404, "not-found");
        operator.get("/v1/nothing").problem(404, "not-found");
        HttpReply wrongMethod = operator.delete(device.feed()).problem(405, "method-not-allowed");
        Expect.that(wrongMethod.header("Allow").contains("GET"), "Allow with GET", wrongMethod.header("Allow"));
        operator.post("/v1/orders", body.replace("lungo", "x".repeat(BODY_BYTES_OVER)))
                .problem(413, "too-large");
        operator.send("POST", "/v1/orders", body, "Content-Type", "text/plain").problem(415, "unsupported-media-type");
    }

    private static void tokenIsNeeded(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        for (String token : List.of("", "nobody-has-" + context.newName())) {
            HttpCaller stranger = context.callerWithToken(token);
            stranger.get(device.feed()).problem(401, "unauthorized");
            stranger.post("/v1/orders", CaseContext.orderBody(device)).problem(401, "unauthorized");
            stranger.put(device.path()).problem(401, "unauthorized");
        }
        Expect.same("changes", List.of(), device.http().get(device.feed()).changes());
    }

    private static void deviceReadsOwnFeedOnly(CaseContext context) throws Exception {
        TestDevice grill = context.newDevice(1);
        TestDevice fryer = context.newDevice();
        String order = context.placeOrder(grill);
        HttpCaller other = fryer.http();
        String head = grill.http().get(grill.feed()).cursor();
        other.get(grill.feed()).problem(403, "forbidden");
        other.get(grill.snapshot()).problem(403, "forbidden");
        other.get(grill.path()).problem(403, "forbidden");
        other.post(grill.acks(), "{\"processed\":\"" + head + "\"}").problem(403, "forbidden");
        other.send("POST", grill.path() + "/secret", "").problem(403, "forbidden");
        other.delete(grill.path()).problem(403, "forbidden");
        HttpReply read = other.get("/v1/orders/" + order);
        Expect.that(read.status() == 403 || read.status() == 404, "403 or 404 to another's order", read.status());
        grill.http().get("/v1/orders/" + order).expect(200);
    }
}

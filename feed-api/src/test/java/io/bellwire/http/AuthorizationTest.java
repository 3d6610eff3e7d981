package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.admission.FailedLoginLimits;
import io.bellwire.feedapi.FeedApiOptions;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which callers may call which routes. Every route must be in here. */
class AuthorizationTest {
    private static ApiFixture server;
    private static ApiFixture.Device grill;
    private static ApiFixture.Device fryer;

    @BeforeAll
    static void start() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT.withFailedLogins(FailedLoginLimits.UNLIMITED));
        grill = server.register("grill");
        fryer = server.register("fryer");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Method and path of all routes that need a token; GRILL and FRYER stand for the devices. */
    static Stream<String> routes() {
        return Stream.of(operatorRoutes(), deviceRoutes(), partnerRoutes(), orderRoutes())
                .flatMap(routes -> routes);
    }

    static Stream<String> operatorRoutes() {
        return Stream.of(
                "PUT /v1/devices/FRYER",
                "PUT /v1/devices/GRILL",
                "DELETE /v1/devices/FRYER",
                "DELETE /v1/devices/GRILL",
                "POST /v1/devices/GRILL/secret",
                "GET /v1/operators/operator/second-factor",
                "POST /v1/operators/operator/second-factor",
                "DELETE /v1/operators/operator/second-factor",
                "POST /v1/operators/operator/second-factor/confirm",
                "POST /v1/orders",
                "POST /v1/events");
    }

    static Stream<String> deviceRoutes() {
        return Stream.of(
                "GET /v1/devices/FRYER",
                "GET /v1/devices/FRYER/feed",
                "GET /v1/devices/FRYER/orders",
                "POST /v1/devices/FRYER/acks");
    }

    static Stream<String> partnerRoutes() {
        return Stream.of(
                "PUT /v1/partners/acme",
                "DELETE /v1/partners/acme",
                "POST /v1/partners/acme/secret",
                "GET /v1/partners/acme",
                "GET /v1/partners/acme/feed",
                "POST /v1/partners/acme/acks",
                "GET /v1/partners/acme/second-factor",
                "POST /v1/partners/acme/second-factor",
                "DELETE /v1/partners/acme/second-factor",
                "POST /v1/partners/acme/second-factor/confirm");
    }

    /** Routes that every caller with a token may call, for its own orders. */
    static Stream<String> orderRoutes() {
        return Stream.of(
                "GET /v1/orders/01930000-0000-7000-8000-000000000000",
                "PATCH /v1/orders/01930000-0000-7000-8000-000000000000",
                "GET /v1/orders/01930000-0000-7000-8000-000000000000/status",
                "POST /v1/orders/01930000-0000-7000-8000-000000000000/lock",
                "DELETE /v1/orders/01930000-0000-7000-8000-000000000000/lock",
                "POST /v1/orders/bulk-status-change",
                "GET /v1/orders/created-history",
                "GET /v1/orders/pending");
    }

    @ParameterizedTest
    @MethodSource("partnerRoutes")
    void guarantee6DeviceMayNotCallPartnersRoutes(String route) {
        call(grill.client(), route).expect(403);
    }

    private static CheckedResponse call(ApiClient client, String route) {
        String[] parts =
                route.replace("GRILL", grill.id()).replace("FRYER", fryer.id()).split(" ", 2);
        return parts[0].equals("POST")
                ? client.send("POST", parts[1], BodyPublishers.ofString("not json"), "Content-Type", "application/json")
                : client.send(parts[0], parts[1], BodyPublishers.noBody());
    }

    @ParameterizedTest
    @MethodSource("routes")
    void guarantee6NobodyCallsWithoutAToken(String route) {
        call(server.stranger(), route).expectProblem(401, "unauthorized", "missing");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void guarantee6NobodyCallsWithAWrongToken(String route) {
        call(server.as("a".repeat(43)), route).expectProblem(401, "unauthorized", "not known");
    }

    @ParameterizedTest
    @MethodSource("operatorRoutes")
    void guarantee6DeviceMayNotDoWhatIsTheOperators(String route) {
        call(grill.client(), route).expectProblem(403, "forbidden", "operator");
    }

    @ParameterizedTest
    @MethodSource("deviceRoutes")
    void guarantee6DeviceMayNotCallAnothersRoutes(String route) {
        call(grill.client(), route).expectProblem(403, "forbidden", "another");
    }

    @ParameterizedTest
    @CsvSource({"feed,200", "orders,200", "acks,400"})
    void deviceMayCallItsOwnRoutes(String last, int status) {
        call(fryer.client(), (last.equals("acks") ? "POST" : "GET") + " /v1/devices/FRYER/" + last)
                .expect(status);
    }

    @Test
    void guarantee6DeviceReadsItsOwnOrdersAndNoOthers() {
        String order = server.operator().order(grill.order()).expect(201).header("location");

        grill.client().get(order).expect(200);
        server.operator().get(order).expect(200);
        CheckedResponse foreign = fryer.client().get(order);
        CheckedResponse missing = fryer.client().get("/v1/orders/01930000-0000-7000-8000-000000000000");
        foreign.expectProblem(404, "not-found", "no order");
        assertEquals(
                missing.json().path("title"),
                foreign.json().path("title"),
                "the answer does not show that the order exists");
        fryer.client().get(order, "If-None-Match", "\"1\"").expect(404);
        server.stranger().get(order).expect(401);
    }

    @Test
    void guarantee6DeviceThatNamesItsOrderLikeAnothersStaysItsOwner() {
        // members inside an order's data must not decide who owns it
        String order = server.operator()
                .order("{\"data\":{\"id\":\"0\",\"device_id\":\"" + fryer.id() + "\"},\"device_id\":\"" + grill.id()
                        + "\",\"recipe_id\":\"\\\",\\\"device_id\\\":\\\"" + fryer.id() + "\"}")
                .expect(201)
                .header("location");

        grill.client().get(order).expect(200);
        fryer.client().get(order).expect(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Bearer", "Bearer ", "Basic dTpw", "bearer", "Token TOKEN", "Bearer  x", "Bearer \u00e4"})
    void otherFormsOfAuthorizationAreRefused(String authorization) {
        server.stranger()
                .get(grill.feed(), "Authorization", authorization.replace("TOKEN", "x"))
                .expect(401);
    }

    @Test
    void veryLongTokenIsRefused() {
        server.as("x".repeat(4_000)).get(grill.feed()).expectProblem(401, "unauthorized", "form");
    }

    @Test
    void schemeIsReadInAnyCase() {
        server.stranger()
                .get(grill.feed(), "Authorization", "bearer " + grill.client().token())
                .expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/healthz", "/readyz", "/metrics"})
    void healthEndpointsNeedNoToken(String path) {
        server.stranger().get(path).expect(200);
        server.as("nonsense").get(path).expect(200);
    }

    @Test
    void callerWithoutATokenLearnsNothingOfLimitsAndFormats() {
        for (String body : List.of("", "{", "x".repeat(70_000))) {
            server.stranger().order(body).expect(401);
        }
        server.stranger().get(grill.feed() + "?nonsense=1").expect(401);
    }
}

package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.registry.Role;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operators beside the one with the first token: who they are, and what each role may call. */
class OperatorsTest {
    private static final String NO_ORDER = "01930000-0000-7000-8000-000000000000";

    @TempDir
    Path folder;

    private ApiFixture server;

    @BeforeEach
    void start() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT.withDataFolder(folder));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static CheckedResponse send(ApiClient client, String method, String path, String json) {
        return client.send(method, path, BodyPublishers.ofString(json), "Content-Type", "application/json");
    }

    private static String role(String role) {
        return "{\"role\":\"" + role + "\"}";
    }

    private ApiClient operator(String name, Role role) {
        return server.as(send(server.operator(), "PUT", "/v1/operators/" + name, role(role.text()))
                .expect(201)
                .text("token"));
    }

    @Test
    void tokenIsShownOnceAndRolesAreShownAlways() {
        JsonNode made = send(server.operator(), "PUT", "/v1/operators/alice", role("read"))
                .expect(201)
                .json();
        JsonNode again = send(server.operator(), "PUT", "/v1/operators/alice", role("read"))
                .expect(200)
                .json();

        assertEquals("alice", made.path("operator_id").asText());
        assertEquals("read", again.path("role").asText());
        assertFalse(again.has("token"));
        ApiClient alice = server.as(made.path("token").asText());
        assertEquals("read", alice.get("/v1/operators/alice").expect(200).text("role"));
        operator("bob", Role.ORDERS);
        JsonNode first = alice.get("/v1/operators?limit=1").expect(200).json();
        assertEquals("alice", first.at("/operators/0/operator_id").asText());
        assertEquals(
                "bob",
                alice.get(first.path("next").asText())
                        .expect(200)
                        .json()
                        .at("/operators/0/operator_id")
                        .asText());
        assertFalse(alice.get("/v1/operators?cursor=alice").json().has("next"));
        alice.get("/v1/operators/carol").expectProblem(404, "not-found", "there is no operator carol");
        send(server.operator(), "PUT", "/v1/operators/x", role("root"))
                .expectProblem(400, "invalid-request", "read, orders, administer");
    }

    /** Every route that is not public is called by an operator of each role: it is refused exactly where it must be. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void guarantee6OperatorMayCallWhatItsRoleIncludesAndNothingElse(Role role) {
        ApiClient client = operator("alice", role);
        for (ApiRoute route : server.routes()) {
            if (RouteRoles.of(route).isEmpty() || route.template().endsWith("/signals")) {
                continue;
            }
            Role needed = RouteRoles.of(route).orElseThrow();
            String path = route.template()
                    .replace("{id}", NO_ORDER)
                    .replace("{kind}", "stores")
                    .replace("{device}", "none")
                    .replace("{name}", "main")
                    .replace("{delivery}", "none");

            CheckedResponse answer = send(client, route.method(), path, route.bodyBytesMax() == 0 ? "" : "{}");

            boolean isPending = route.template().endsWith("/pending"); // has no meaning for an operator
            if (!role.includes(needed)) {
                answer.expectProblem(403, "forbidden", "this needs the role " + needed.text());
            } else if (!isPending) {
                assertTrue(answer.status() != 403 && answer.status() != 401, path + " is " + answer.status());
            }
        }
    }

    @Test
    void everyRouteStatesItsRoleOrIsReadByAllOrPublic() {
        Set<String> routes = new TreeSet<>();
        List<ApiRoute> open = new ArrayList<>();
        for (ApiRoute route : server.routes()) {
            routes.add(route.method() + " " + route.template());
            if (RouteRoles.of(route).isEmpty()) {
                open.add(route);
            }
        }

        assertTrue(routes.containsAll(RouteRoles.stated().keySet()), "the table names routes that there are");
        assertEquals(Set.of("GET"), open.stream().map(ApiRoute::method).collect(Collectors.toSet()));
    }

    @Test
    void roleIsChangedFromTheNextRequestOn() {
        ApiClient alice = operator("alice", Role.READ);
        send(alice, "PUT", "/v1/devices/grill", "").expect(403);

        send(server.operator(), "PATCH", "/v1/operators/alice", role("administer"))
                .expect(200);

        alice.put("/v1/devices/grill").expect(201);
        send(server.operator(), "PUT", "/v1/operators/alice", role("read")).expectProblem(409, "conflict", "PATCH");
        send(server.operator(), "PATCH", "/v1/operators/alice", role("orders")).expect(200);
        alice.put("/v1/devices/fryer").expectProblem(403, "forbidden", "operators/alice has the role orders");
        alice.order("{\"device_id\":\"grill\"}").expect(201);
        send(server.operator(), "PATCH", "/v1/operators/bob", role("read")).expect(404);
    }

    @Test
    void operatorCannotLockItselfOut() {
        ApiClient alice = operator("alice", Role.ADMINISTER);
        ApiClient bob = operator("bob", Role.ADMINISTER);

        alice.delete("/v1/operators/alice").expectProblem(409, "conflict", "cannot disable itself");
        send(alice, "PATCH", "/v1/operators/alice", role("read")).expectProblem(409, "conflict", "administer");
        send(alice, "PATCH", "/v1/operators/alice", role("administer")).expect(200);
        bob.delete("/v1/operators/alice").expect(204);
        server.operator().delete("/v1/operators/bob").expect(204);
        alice.get("/v1/devices").expect(401);
        bob.get("/v1/devices").expect(401);
        server.operator().get("/v1/devices").expect(200);
    }

    @Test
    void tokenIsRotatedWithAnOverlapAndRevoked() {
        ApiClient old = operator("alice", Role.READ);

        JsonNode rotated = server.operator()
                .post("/v1/operators/alice/token?overlap_s=60")
                .expect(200)
                .json();

        ApiClient now = server.as(rotated.path("token").asText());
        old.get("/v1/devices").expect(200);
        now.get("/v1/devices").expect(200);
        assertTrue(rotated.has("old_token_until"));
        server.operator().delete("/v1/operators/alice/token/old").expect(204);
        old.get("/v1/devices").expect(401);
        now.get("/v1/devices").expect(200);
    }

    @Test
    void operatorsAreThereAfterARestart() {
        ApiClient alice = operator("alice", Role.READ);
        operator("bob", Role.ADMINISTER);
        server.operator().delete("/v1/operators/bob").expect(204);
        stop();
        start();

        ApiClient again = server.as(alice.token());
        again.get("/v1/devices").expect(200);
        again.put("/v1/devices/grill").expect(403);
        assertTrue(again.get("/v1/operators/bob").json().path("disabled").asBoolean());
        String token = send(server.operator(), "PUT", "/v1/operators/bob", role("orders"))
                .expect(201)
                .text("token");
        server.as(token).put("/v1/devices/grill").expect(403);
    }

    @Test
    void whatADisabledOperatorHasOpenEndsAndNobodyElsesDoes() throws IOException {
        ApiFixture.Device grill = server.register("grill");
        ApiClient alice = operator("alice", Role.READ);
        CompletableFuture<CheckedResponse> hers = alice.getLater(grill.feed() + "?wait_ms=60000");
        CompletableFuture<CheckedResponse> mine = server.operator().getLater(grill.feed() + "?wait_ms=60000");
        await().until(() -> server.waiting() == 2);
        try (SignalReader read = new SignalReader(server.base(), grill.path() + "/signals", alice.token());
                SignalReader own = SignalReader.of(server, grill)) {
            server.operator().delete("/v1/operators/alice").expect(204);

            assertEquals("{\"reason\":\"disabled\"}", read.next().data());
            hers.join().expect(401);
            server.orders(grill, 1);
            mine.join().expect(200);
            server.operator().delete(grill.path()).expect(204);
            assertEquals("{\"reason\":\"disabled\"}", own.next().data());
        }
    }

    @Test
    void idempotencyKeysOfOperatorsAreTheirOwn() {
        server.register("grill");
        ApiFixture.Device grill = server.register("grill");
        ApiClient alice = operator("alice", Role.ORDERS);
        ApiClient bob = operator("bob", Role.ORDERS);

        String first = alice.order(grill.order(), "Idempotency-Key", "k").header("location");
        assertEquals(first, alice.order(grill.order(), "Idempotency-Key", "k").header("location"));
        assertFalse(
                first.equals(bob.order(grill.order(), "Idempotency-Key", "k").header("location")));
    }
}

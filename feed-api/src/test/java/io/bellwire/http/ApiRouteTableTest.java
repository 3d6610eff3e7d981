package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiRouteTableTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ApiRouteTable table = new ApiRouteTable(
            List.of(
                    route("PUT", "/v1/devices/{id}"),
                    route("GET", "/v1/devices/{id}"),
                    route("GET", "/v1/devices/all"),
                    route("GET", "/v1/devices/{device}/feed"),
                    route("GET", "/v1/groups/{kind}/{id}/feed")),
            route -> meters.timer(route.method() + route.template()));

    private static ApiRoute route(String method, String template) {
        return ApiRoute.withoutBody(
                method,
                template,
                ApiRoute.Access.OPERATOR,
                call -> CompletableFuture.completedFuture(ApiResponse.empty(204)));
    }

    private ApiRouteTable.Match found(String path) {
        ApiRouteTable.@Nullable Match match = table.find(path);
        assertNotNull(match, path);
        return match;
    }

    @Test
    void methodsOfAPathAreFoundTogetherWithWhatStandsForItsParameters() {
        ApiRouteTable.Match match = found("/v1/devices/grill");

        assertEquals(List.of("PUT", "GET"), List.copyOf(match.byMethod().keySet()));
        assertEquals(Map.of("id", "grill"), match.parameters());
        assertEquals(
                Map.of("kind", "kitchens", "id", "main"),
                found("/v1/groups/kitchens/main/feed").parameters());
    }

    @Test
    void nameThatATemplateSpellsOutGoesBeforeAParameter() {
        assertEquals(Map.of(), found("/v1/devices/all").parameters());
        assertEquals(Map.of("device", "all"), found("/v1/devices/all/feed").parameters());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "v1/devices/grill",
                "/v1",
                "/v1/",
                "/v1/devices",
                "/v1/devices/",
                "/v1/devices//feed",
                "/v1/devices/grill/",
                "/v1/devices/grill/feed/",
                "/v1/devices/grill/feed/x",
                "/V1/devices/grill",
            })
    void anythingElseIsNotFound(String path) {
        assertNull(table.find(path));
    }
}

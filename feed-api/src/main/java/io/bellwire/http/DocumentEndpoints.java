package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Serves the machine-readable contracts, OpenAPI for HTTP and AsyncAPI for signals, and an index of them. Thread-safe.
 */
final class DocumentEndpoints {
    private final List<ApiRoute> routes =
            List.of(route("/", ApiResponse.json(200, index())), route("/openapi.json"), route("/asyncapi.json"));

    List<ApiRoute> routes() {
        return routes;
    }

    /** Where a client that knows only the server's address finds the rest. */
    private static ObjectNode index() {
        ObjectNode index = Json.MAPPER.createObjectNode();
        index.put("openapi", "/openapi.json");
        index.put("asyncapi", "/asyncapi.json");
        index.put("documentation", "feed-api/PROTOCOL.md in the source of this server");
        index.put("health", "/healthz");
        index.put("readiness", "/readyz");
        index.put("metrics", "/metrics");
        return index;
    }

    private static ApiRoute route(String path) {
        return route(path, new ApiResponse(200, ApiResponse.JSON, resource(path), Map.of()));
    }

    private static ApiRoute route(String path, ApiResponse document) {
        return ApiRoute.get(
                path, ApiRoute.Access.PUBLIC, Set.of(), call -> CompletableFuture.completedFuture(document));
    }

    private static byte[] resource(String path) {
        try (InputStream in = DocumentEndpoints.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is missing from the class path");
            }
            // without its last line end, which every JSON answer gets
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .stripTrailing()
                    .getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.bellwire.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Serves the machine-readable contracts: OpenAPI for HTTP, AsyncAPI for signals. Thread-safe. */
final class DocumentEndpoints {
    private final List<ApiRoute> routes = List.of(route("/openapi.json"), route("/asyncapi.json"));

    List<ApiRoute> routes() {
        return routes;
    }

    private static ApiRoute route(String path) {
        ApiResponse document = new ApiResponse(200, ApiResponse.JSON, resource(path), Map.of());
        return ApiRoute.get(
                path, ApiRoute.Access.PUBLIC, Set.of(), call -> CompletableFuture.completedFuture(document));
    }

    private static byte[] resource(String path) {
        try (InputStream in = DocumentEndpoints.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is missing from the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

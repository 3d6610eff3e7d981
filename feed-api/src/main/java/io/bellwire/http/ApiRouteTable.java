package io.bellwire.http;

import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the routes of a path. It looks up each segment of the path once, however many routes there are; a literal
 * segment of a template is preferred to a parameter. Immutable after the constructor, and so thread-safe.
 */
final class ApiRouteTable {
    private final Node root = new Node();

    /** A route with the timer of its requests. */
    record Timed(ApiRoute route, Timer timer) {}

    /**
     * The routes of a path.
     *
     * @param byMethod never empty, in the order of the constructor's routes
     * @param parameters what the path has in place of the template's parameters, by name
     */
    record Match(Map<String, Timed> byMethod, Map<String, String> parameters) {}

    /** A node of the tree of segments: the routes that end here, and the segments that may follow. */
    private static final class Node {
        final Map<String, Node> children = new HashMap<>();
        final Map<String, Timed> byMethod = new LinkedHashMap<>();
        List<String> parameterNames = List.of();

        @Nullable Node parameterChild;
    }

    ApiRouteTable(Collection<ApiRoute> routes, Function<ApiRoute, Timer> timers) {
        for (ApiRoute route : routes) {
            Node node = root;
            List<String> names = new ArrayList<>();
            for (String segment : route.template().substring(1).split("/", -1)) {
                if (segment.startsWith("{")) {
                    names.add(segment.substring(1, segment.length() - 1));
                    if (node.parameterChild == null) {
                        node.parameterChild = new Node();
                    }
                    node = node.parameterChild;
                } else {
                    node = node.children.computeIfAbsent(segment, name -> new Node());
                }
            }
            node.parameterNames = List.copyOf(names);
            node.byMethod.put(route.method(), new Timed(route, timers.apply(route)));
        }
    }

    /** The routes of {@code path}; null if there are none. */
    @Nullable Match find(String path) {
        return path.startsWith("/") ? find(root, path, 1, new ArrayList<>(2)) : null;
    }

    private static @Nullable Match find(Node node, String path, int from, List<String> parameterValues) {
        if (from > path.length()) {
            return node.byMethod.isEmpty()
                    ? null
                    : new Match(node.byMethod, parameters(node.parameterNames, parameterValues));
        }
        int slash = path.indexOf('/', from);
        int end = slash < 0 ? path.length() : slash;
        String segment = path.substring(from, end);
        Node child = node.children.get(segment);
        Match match = child == null ? null : find(child, path, end + 1, parameterValues);
        if (match == null && node.parameterChild != null && !segment.isEmpty()) {
            parameterValues.add(segment);
            match = find(node.parameterChild, path, end + 1, parameterValues);
            parameterValues.remove(parameterValues.size() - 1);
        }
        return match;
    }

    private static Map<String, String> parameters(List<String> names, List<String> parameterValues) {
        if (names.size() == 1) {
            return Map.of(names.get(0), parameterValues.get(0));
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            parameters.put(names.get(i), parameterValues.get(i));
        }
        return parameters;
    }
}

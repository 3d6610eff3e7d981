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
 * Finds the operations of a path by its segments, one look-up each, however many routes there are. A segment that a
 * template spells out goes before a parameter. Not changed once made, so thread-safe.
 */
final class ApiRouteTable {
    private final Node root = new Node();

    /**
     * A route, and what its requests take.
     */
    record Timed(ApiRoute route, Timer timer) {}

    /**
     * The operations of a path.
     *
     * @param byMethod never empty, in the order in which they were given
     * @param parameters what the path has in the place of the template's parameters
     */
    record Match(Map<String, Timed> byMethod, Map<String, String> parameters) {}

    /** What may follow a part of a path. */
    private static final class Node {
        final Map<String, Node> named = new HashMap<>();
        final Map<String, Timed> byMethod = new LinkedHashMap<>();
        List<String> parameterNames = List.of();

        @Nullable Node parameter;
    }

    ApiRouteTable(Collection<ApiRoute> routes, Function<ApiRoute, Timer> timers) {
        for (ApiRoute route : routes) {
            Node node = root;
            List<String> names = new ArrayList<>();
            for (String segment : route.template().substring(1).split("/", -1)) {
                if (segment.startsWith("{")) {
                    names.add(segment.substring(1, segment.length() - 1));
                    if (node.parameter == null) {
                        node.parameter = new Node();
                    }
                    node = node.parameter;
                } else {
                    node = node.named.computeIfAbsent(segment, name -> new Node());
                }
            }
            node.parameterNames = List.copyOf(names);
            node.byMethod.put(route.method(), new Timed(route, timers.apply(route)));
        }
    }

    /** What there is at {@code path}; null if there is nothing. */
    @Nullable Match find(String path) {
        return path.startsWith("/") ? find(root, path, 1, new ArrayList<>(2)) : null;
    }

    private static @Nullable Match find(Node node, String path, int from, List<String> values) {
        if (from > path.length()) {
            return node.byMethod.isEmpty() ? null : new Match(node.byMethod, parameters(node.parameterNames, values));
        }
        int slash = path.indexOf('/', from);
        int end = slash < 0 ? path.length() : slash;
        String segment = path.substring(from, end);
        Node named = node.named.get(segment);
        Match match = named == null ? null : find(named, path, end + 1, values);
        if (match == null && node.parameter != null && !segment.isEmpty()) {
            values.add(segment);
            match = find(node.parameter, path, end + 1, values);
            values.remove(values.size() - 1);
        }
        return match;
    }

    private static Map<String, String> parameters(List<String> names, List<String> values) {
        if (names.size() == 1) {
            return Map.of(names.get(0), values.get(0));
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            parameters.put(names.get(i), values.get(i));
        }
        return parameters;
    }
}

package io.bellwire.http;

import java.util.List;

/** Finds the route that a caller of an unknown path may have meant: the one whose path differs least. Immutable. */
final class NearestRoute {
    private static final int PATH_SHOWN_MAX = 100;
    private static final int SEGMENTS_MAX = 16;
    private static final int SEGMENT_LENGTH_MAX = 32;
    /** The cost of a parameter that is missing in the path. */
    private static final int PARAMETER_COST = 3;

    private static final String INDEX = "/";

    private final List<String> templates;

    /** @param templates the paths of all routes, with parameters in braces */
    NearestRoute(List<String> templates) {
        this.templates = List.copyOf(templates);
    }

    /** The answer to a request for {@code path}, which no route has: names both. */
    Problem notFound(String path) {
        boolean isLong = path.length() > PATH_SHOWN_MAX;
        String start = isLong ? path.substring(0, PATH_SHOWN_MAX) + "..." : path;
        String shown = start.replaceAll("[^\\x21-\\x7e]", "?");
        return Problem.notFound("there is no path " + shown + "; the nearest is " + nearest(path));
    }

    /** The template that differs from {@code path} in the fewest letters; the index if every one differs in most. */
    private String nearest(String path) {
        String[] segments = path.substring(Math.min(1, path.length())).split("/", SEGMENTS_MAX);
        String nearest = INDEX;
        int leastCost = path.length() / 2 + 1;
        for (String template : templates) {
            int cost = cost(segments, template.substring(1).split("/", -1));
            if (cost < leastCost) {
                leastCost = cost;
                nearest = template;
            }
        }
        return nearest;
    }

    private static int cost(String[] segments, String[] template) {
        int cost = 0;
        for (int i = 0; i < Math.max(segments.length, template.length); i++) {
            if (i >= segments.length) {
                cost += isParameter(template[i]) ? PARAMETER_COST : template[i].length();
            } else if (i >= template.length) {
                cost += segments[i].length() + 1;
            } else if (isParameter(template[i])) {
                cost += segments[i].isEmpty() ? PARAMETER_COST : 0;
            } else {
                cost += distance(segments[i], template[i]);
            }
        }
        return cost;
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    /** How many letters must be inserted, deleted or replaced to make one text of the other (Levenshtein). */
    private static int distance(String segment, String literal) {
        String from = segment.substring(0, Math.min(segment.length(), SEGMENT_LENGTH_MAX));
        int[] row = new int[literal.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == literal.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[literal.length()];
    }
}

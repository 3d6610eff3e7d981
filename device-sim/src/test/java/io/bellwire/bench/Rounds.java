package io.bellwire.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures of one server over several rounds, by name. Not thread-safe. */
final class Rounds {
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    /** Adds the figure of one round. */
    void add(String figure, double value) {
        figures.computeIfAbsent(figure, name -> new ArrayList<>()).add(value);
    }

    double median(String figure) {
        List<Double> sorted = new ArrayList<>(of(figure));
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double latest(String figure) {
        List<Double> values = of(figure);
        return values.get(values.size() - 1);
    }

    private List<Double> of(String figure) {
        List<Double> values = figures.get(figure);
        if (values == null) {
            throw new IllegalArgumentException("no such figure: " + figure);
        }
        return values;
    }

    /** The medians of all figures whose names have this beginning, with the beginning removed from the names. */
    Map<String, Double> medians(String beginning) {
        return figures.keySet().stream()
                .filter(name -> name.startsWith(beginning))
                .collect(Collectors.toMap(
                        name -> name.substring(beginning.length()),
                        this::median,
                        (one, other) -> one,
                        LinkedHashMap::new));
    }

    /** A row of medians, with the minimum and maximum of both servers. */
    static Row row(String title, String unit, String goal, String figure, Rounds product, Rounds reference) {
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("min", Collections.min(product.of(figure)));
        more.put("max", Collections.max(product.of(figure)));
        more.put("reference_min", Collections.min(reference.of(figure)));
        more.put("reference_max", Collections.max(reference.of(figure)));
        return Row.of(title, product.median(figure), unit, reference.median(figure), goal, more);
    }
}

package io.bellwire.soak;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Draws all figures over time as one SVG: a panel for each figure, with the phases as its background. */
final class Chart {
    private static final List<Figure> PANELS = List.of(
            Figure.CPU,
            Figure.HEAP,
            Figure.LIVE_HEAP,
            Figure.RESIDENT,
            Figure.OUTSIDE_HEAP,
            Figure.DIRECT,
            Figure.METASPACE,
            Figure.THREADS,
            Figure.DESCRIPTORS,
            Figure.TIMERS,
            Figure.HTTP_CONNECTIONS,
            Figure.MQTT_CONNECTIONS,
            Figure.STREAMS,
            Figure.LOG_DISK,
            Figure.OTHER_DISK,
            Figure.OLDEST_SEGMENT,
            Figure.ACKNOWLEDGED_P50,
            Figure.ACKNOWLEDGED_P99,
            Figure.APPLIED_P50,
            Figure.APPLIED_P99,
            Figure.FAILED_WRITES,
            Figure.ORDERS,
            Figure.APPLIED,
            Figure.DEVICES,
            Figure.CALLS,
            Figure.FAILED_CALLS,
            Figure.ATTEMPTS);
    private static final int COLUMNS = 2;
    private static final int WIDTH = 620;
    private static final int HEIGHT = 90;
    private static final int LEFT = 60;
    private static final int GAP = 34;
    private static final int TOP = 60;
    private static final double HEADROOM = 1.08;

    private final SoakPlan plan;
    private final List<Sample> samples;
    private final double secondsMax;
    /** The second at which each phase began, and at which the last ended. */
    private final double[] begins;

    private final StringBuilder svg = new StringBuilder();

    private Chart(SoakPlan plan, List<Sample> samples) {
        this.plan = plan;
        this.samples = samples;
        this.secondsMax = samples.stream().mapToDouble(Sample::seconds).max().orElse(1);
        this.begins = new double[plan.phases().size() + 1];
        Arrays.fill(begins, secondsMax);
        for (Sample sample : samples) {
            begins[sample.phase()] = Math.min(begins[sample.phase()], sample.seconds());
        }
    }

    /**
     * Draws the chart.
     *
     * @param title one line
     */
    static String svg(SoakPlan plan, List<Sample> samples, String title) {
        return new Chart(plan, List.copyOf(samples)).draw(title);
    }

    private String draw(String title) {
        int rows = (PANELS.size() + COLUMNS - 1) / COLUMNS;
        int width = COLUMNS * (LEFT + WIDTH) + GAP;
        int height = TOP + rows * (HEIGHT + GAP) + GAP;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"11\" fill=\"#333\">",
                width, height, width, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", width, height);
        add("<text x=\"%d\" y=\"22\" font-size=\"15\">%s</text>", LEFT, escaped(title));
        legend();
        for (int i = 0; i < PANELS.size(); i++) {
            int x = LEFT + i % COLUMNS * (LEFT + WIDTH);
            int y = TOP + GAP / 2 + i / COLUMNS * (HEIGHT + GAP);
            add("<g transform=\"translate(%d %d)\">", x, y);
            panel(PANELS.get(i));
            add("</g>");
        }
        add("</svg>");
        return svg.toString();
    }

    private void legend() {
        int x = LEFT;
        for (Phase.Kind kind : Phase.Kind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            add("<rect x=\"%d\" y=\"32\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, colour(kind));
            add("<text x=\"%d\" y=\"42\">%s</text>", x + 16, name);
            x += 110;
        }
        add("<text x=\"%d\" y=\"42\">dashed: the server was started again; minutes below</text>", x);
    }

    private static String colour(Phase.Kind kind) {
        return switch (kind) {
            case LOAD -> "#e8f0fb";
            case FAULTS -> "#fbe6e3";
            case SILENCE -> "#f0f0f0";
            case DEEP_SILENCE -> "#e2e2e2";
        };
    }

    private void panel(Figure figure) {
        background();
        double max = 0;
        double last = Double.NaN;
        for (Sample sample : samples) {
            if (sample.has(figure)) {
                max = Math.max(max, sample.of(figure));
                last = sample.of(figure);
            }
        }
        Scale scale = new Scale(max == 0 ? 1 : max * HEADROOM, figure.unit().equals("ms"));
        add("<text x=\"0\" y=\"-4\">%s%s</text>", figure.label(), figure.unit().isEmpty() ? "" : ", " + figure.unit());
        add(
                "<text x=\"%d\" y=\"-4\" text-anchor=\"end\">max %s, last %s</text>",
                WIDTH, number(max), Double.isNaN(last) ? "-" : number(last));
        add("<text x=\"-4\" y=\"10\" text-anchor=\"end\">%s</text>", number(scale.max()));
        add("<text x=\"-4\" y=\"%d\" text-anchor=\"end\">%s</text>", HEIGHT, number(scale.min()));
        line(figure, scale);
        add("<rect width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999\"/>", WIDTH, HEIGHT);
    }

    private void background() {
        for (int i = 0; i < plan.phases().size(); i++) {
            double x = x(begins[i]);
            add(
                    "<rect x=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    x, x(begins[i + 1]) - x, HEIGHT, colour(plan.phases().get(i).kind()));
            add("<text x=\"%.1f\" y=\"%d\" font-size=\"8\">%s</text>", x + 1, HEIGHT + 10, number(begins[i] / 60));
        }
        int processNumber = samples.isEmpty() ? 0 : samples.get(0).processNumber();
        for (Sample sample : samples) {
            if (sample.processNumber() != processNumber) {
                processNumber = sample.processNumber();
                add(
                        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\" stroke=\"#c33\" stroke-dasharray=\"3 3\"/>",
                        x(sample.seconds()), x(sample.seconds()), HEIGHT);
            }
        }
    }

    /** Draws the figure's line, with gaps where nothing was measured, and a dot for a value without neighbours. */
    private void line(Figure figure, Scale scale) {
        StringBuilder path = new StringBuilder();
        boolean isDrawing = false;
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            if (!sample.has(figure)) {
                isDrawing = false;
                continue;
            }
            isDrawing =
                    isDrawing && sample.processNumber() == samples.get(i - 1).processNumber();
            double x = x(sample.seconds());
            double y = HEIGHT * (1 - scale.part(sample.of(figure)));
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", isDrawing ? "L" : "M", x, y));
            boolean isLast = i + 1 == samples.size() || !samples.get(i + 1).has(figure);
            if (!isDrawing && isLast) {
                add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"#245\"/>", x, y);
            }
            isDrawing = true;
        }
        add("<path d=\"%s\" fill=\"none\" stroke=\"#245\" stroke-width=\"1\"/>", path);
    }

    /** The vertical scale: logarithmic for durations, as they span several orders of magnitude. */
    private record Scale(double max, boolean isLogarithmic) {
        private static final double LEAST = 0.1;

        double min() {
            return isLogarithmic ? LEAST : 0;
        }

        /** The height of a value, from 0 at the bottom to 1 at the top. */
        double part(double value) {
            return isLogarithmic
                    ? Math.max(0, Math.log(value / LEAST) / Math.log(Math.max(1, max) / LEAST))
                    : value / max;
        }
    }

    private double x(double seconds) {
        return seconds / secondsMax * WIDTH;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 10 && value != Math.rint(value) ? "%.1f" : "%.0f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}

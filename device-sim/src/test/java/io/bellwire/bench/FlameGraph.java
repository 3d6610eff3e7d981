package io.bellwire.bench;

import java.util.Locale;

/** Draws a profile as a flame graph: callers below, callees above; the width is the time. */
final class FlameGraph {
    private static final int WIDTH = 1_600;
    private static final int ROW = 16;
    private static final int MARGIN = 24;
    private static final double LETTER_WIDTH = 6.6;
    private static final double NARROWEST = 0.5;

    private final StringBuilder svg = new StringBuilder();
    private final int height;
    private final double samplesPerPixel;

    private FlameGraph(Profile.Node root) {
        height = MARGIN + ROW * depth(root) + ROW;
        samplesPerPixel = Math.max(1, root.samples) / (double) WIDTH;
    }

    static String svg(String title, Profile.Node root) {
        FlameGraph graph = new FlameGraph(root);
        graph.svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"monospace\""
                        + " font-size=\"11\">%n<text x=\"4\" y=\"15\">%s: %,d samples</text>%n",
                WIDTH,
                graph.height,
                escaped(title),
                root.samples));
        graph.draw(root, 0, 0);
        return graph.svg.append("</svg>\n").toString();
    }

    private static int depth(Profile.Node node) {
        return 1
                + node.callees.values().stream()
                        .mapToInt(FlameGraph::depth)
                        .max()
                        .orElse(0);
    }

    private void draw(Profile.Node node, double x, int level) {
        double width = node.samples / samplesPerPixel;
        if (width < NARROWEST) {
            return;
        }
        int y = height - ROW * (level + 1);
        svg.append(String.format(
                Locale.ROOT,
                "<g><title>%s: %,d samples, %.1f%%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\""
                        + " fill=\"%s\" stroke=\"white\" stroke-width=\"0.5\"/>",
                escaped(node.name),
                node.samples,
                100.0 * width / WIDTH,
                x,
                y,
                width,
                ROW - 1,
                color(node.name)));
        int letters = (int) ((width - 4) / LETTER_WIDTH);
        if (letters >= 3) {
            String label = node.name.length() <= letters ? node.name : node.name.substring(0, letters - 1) + "…";
            svg.append(
                    String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>", x + 2, y + 12, escaped(label)));
        }
        svg.append("</g>\n");
        double left = x;
        for (Profile.Node callee : node.callees.values()) {
            draw(callee, left, level + 1);
            left += callee.samples / samplesPerPixel;
        }
    }

    /** The colour depends only on the method's name, so that a method is recognised in each place. */
    private static String color(String name) {
        int hue = 10 + Math.floorMod(name.hashCode(), 45);
        int lightness = 60 + Math.floorMod(name.hashCode() / 45, 20);
        return "hsl(" + hue + ",85%," + lightness + "%)";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

package io.bellwire.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a run came to. Immutable.
 *
 * @param title what was run
 */
public record SoakReport(String title, SoakPlan plan, List<Sample> samples, List<Finding> findings) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public SoakReport {
        samples = List.copyOf(samples);
        findings = List.copyOf(findings);
    }

    /** The one condition for exit code 0. */
    public boolean isGood() {
        return findings.stream().allMatch(Finding::isGood);
    }

    public String table() {
        StringBuilder table = new StringBuilder();
        for (Finding finding : findings) {
            table.append(String.format(
                    Locale.ROOT,
                    "  %-7s %-48s %s%n",
                    finding.isGood() ? "ok" : "FAILED",
                    finding.rule(),
                    finding.what()));
        }
        return table.toString();
    }

    /** Writes the chart and the verdict beside the samples. */
    void writeTo(Path folder) throws IOException {
        Files.writeString(folder.resolve("chart.svg"), Chart.svg(plan, samples, title));
        ObjectNode verdict = JSON.createObjectNode();
        verdict.put("run", title);
        verdict.put("good", isGood());
        ArrayNode rules = verdict.putArray("rules");
        for (Finding finding : findings) {
            rules.addObject()
                    .put("rule", finding.rule())
                    .put("good", finding.isGood())
                    .put("what", finding.what());
        }
        Files.writeString(folder.resolve("verdict.json"), verdict.toPrettyString() + "\n");
    }
}

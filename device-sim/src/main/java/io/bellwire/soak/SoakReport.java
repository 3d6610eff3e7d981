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
 * The report of a run. Immutable.
 *
 * @param title the options as text
 */
public record SoakReport(String title, SoakPlan plan, List<Sample> samples, List<Finding> findings) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public SoakReport {
        samples = List.copyOf(samples);
        findings = List.copyOf(findings);
    }

    /** Whether the run ends with exit code 0. */
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

    /** Writes {@code chart.svg} and {@code verdict.json} to the folder of the samples. */
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

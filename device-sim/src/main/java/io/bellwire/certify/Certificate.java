package io.bellwire.certify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What came of all cases that were run. Immutable. */
public record Certificate(List<Outcome> outcomes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Certificate {
        outcomes = List.copyOf(outcomes);
    }

    /** Whether every case has passed. */
    public boolean allPassed() {
        return outcomes.stream().allMatch(Outcome::passed);
    }

    /** One case as a line of the table, with a second line if it failed. */
    public static String line(Outcome outcome) {
        String line = "%3d  %-36s  %s  %6d ms"
                .formatted(outcome.number(), outcome.id(), outcome.passed() ? "pass" : "FAIL", outcome.millis());
        return outcome.passed() ? line : line + System.lineSeparator() + "     " + outcome.complaint();
    }

    /** The last line of the table. */
    public String summary() {
        long passed = outcomes.stream().filter(Outcome::passed).count();
        return passed + " of " + outcomes.size() + " cases passed";
    }

    /** All of it as one JSON object. */
    public String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("passed", allPassed());
        for (Outcome outcome : outcomes) {
            ObjectNode one = root.withArray("/cases").addObject();
            one.put("number", outcome.number());
            one.put("id", outcome.id());
            one.put("passed", outcome.passed());
            one.put("millis", outcome.millis());
            if (outcome.complaint() != null) {
                one.put("complaint", outcome.complaint());
            }
        }
        return root.toString();
    }
}

package io.bellwire.certify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The outcomes of all cases that were run. Immutable. */
public record Certificate(List<CaseOutcome> outcomes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Certificate {
        outcomes = List.copyOf(outcomes);
    }

    /** Whether no case has failed. A skipped case has neither failed nor passed. */
    public boolean noneFailed() {
        return outcomes.stream().noneMatch(CaseOutcome::failed);
    }

    /** Whether every case has passed, and none was skipped. */
    public boolean allPassed() {
        return outcomes.stream().allMatch(CaseOutcome::passed);
    }

    /** The table's line for one case; with a second line that says why, unless it passed. */
    public static String line(CaseOutcome outcome) {
        String line =
                "%3d  %-36s  %s  %6d ms".formatted(outcome.number(), outcome.id(), word(outcome), outcome.millis());
        String why = outcome.failed() ? outcome.failure() : outcome.skipped();
        return why == null ? line : line + System.lineSeparator() + "     " + why;
    }

    private static String word(CaseOutcome outcome) {
        if (outcome.failed()) {
            return "FAIL";
        }
        return outcome.passed() ? "pass" : "skip";
    }

    /** The last line of the table. */
    public String summary() {
        long passed = outcomes.stream().filter(CaseOutcome::passed).count();
        long skipped = outcomes.stream().filter(one -> one.skipped() != null).count();
        return passed + " of " + outcomes.size() + " cases passed" + (skipped == 0 ? "" : ", " + skipped + " skipped");
    }

    /** All outcomes as one JSON object. */
    public String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("passed", noneFailed());
        for (CaseOutcome outcome : outcomes) {
            ObjectNode one = root.withArray("/cases").addObject();
            one.put("number", outcome.number());
            one.put("id", outcome.id());
            one.put("passed", outcome.passed());
            one.put("millis", outcome.millis());
            if (outcome.failure() != null) {
                one.put("complaint", outcome.failure());
            }
            if (outcome.skipped() != null) {
                one.put("skipped", outcome.skipped());
            }
        }
        return root.toString();
    }
}

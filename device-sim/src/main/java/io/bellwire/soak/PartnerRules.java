package io.bellwire.soak;

import io.bellwire.fleet.FleetPartnerReport;
import io.bellwire.receiver.ReceiverReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides whether partners' endpoints were called as they should. The rules:
 *
 * <ul>
 *   <li><b>Proof.</b> No order is lost, applied twice or foreign, and no change is skipped or out of an order that was
 *       promised. What retention took from the partner that was away is no loss if the server has said so. At the end
 *       all endpoints are healthy.
 *   <li><b>Positions.</b> A kill of the server repeats the calls of the last seconds, and no more.
 *   <li><b>Silence.</b> Nobody is called, once what was under way has ended.
 *   <li><b>Attempts.</b> The server remembers at most {@value #ATTEMPTS_PER_ENDPOINT} for each endpoint.
 * </ul>
 */
final class PartnerRules {
    /** What the server keeps by default. */
    private static final int ATTEMPTS_PER_ENDPOINT = 100;

    private final List<Sample> samples;
    private final List<Finding> findings = new ArrayList<>();

    private PartnerRules(List<Sample> samples) {
        this.samples = samples;
    }

    static List<Finding> check(SoakPlan plan, List<Sample> samples, SoakOutcome outcome) {
        PartnerRules rules = new PartnerRules(List.copyOf(samples));
        for (int phase = 0; phase < plan.phases().size(); phase++) {
            if (plan.phases().get(phase).kind().isSilent()) {
                rules.silence(plan.phases().get(phase).name(), phase);
            }
        }
        PartnersOutcome partners = outcome.partners();
        if (partners != null) {
            rules.attempts(partners.report().partners());
            rules.positions(partners);
            rules.proof(partners, outcome.brokenOff() == null);
        }
        return rules.findings;
    }

    private void silence(String name, int phase) {
        double[] calls = samples.stream()
                .filter(sample -> sample.phase() == phase && sample.steady() && sample.has(Figure.CALLS))
                .mapToDouble(sample -> sample.of(Figure.CALLS))
                .toArray();
        if (calls.length > 1) {
            double made = calls[calls.length - 1] - calls[0];
            add(made == 0, "calls during " + name, text("%.0f, at most 0", made));
        }
    }

    private void attempts(int endpoints) {
        double most = samples.stream()
                .filter(sample -> sample.has(Figure.ATTEMPTS))
                .mapToDouble(sample -> sample.of(Figure.ATTEMPTS))
                .max()
                .orElse(0);
        int limit = ATTEMPTS_PER_ENDPOINT * endpoints;
        add(most <= limit, "attempts kept", text("%.0f, at most %d", most, limit));
    }

    private void positions(PartnersOutcome partners) {
        add(
                partners.repeated() <= partners.repeatedMax(),
                "calls repeated after kills",
                text("%d, at most %d", partners.repeated(), partners.repeatedMax()));
    }

    /**
     * Adds how the partners have fared. In a run that has broken off, an order may be theirs without the run knowing, and
     * not there yet.
     */
    private void proof(PartnersOutcome partners, boolean isWhole) {
        FleetPartnerReport report = partners.report();
        ReceiverReport result = report.result();
        List<String> wrong = new ArrayList<>(partners.wrong());
        if (isWhole ? !report.isClean() : result.twice() > 0) {
            wrong.add(0, String.valueOf(report.firstViolation()));
        }
        add(
                wrong.isEmpty(),
                "partners",
                text(
                        "%d calls, %d answered wrong on purpose, applied %d, %s %d, twice %d, foreign %d, missed %d,"
                                + " replays %d, killed %d, enabled again %d%s",
                        report.callCount(),
                        report.faultCount(),
                        result.applied(),
                        isWhole ? "lost" : "not there yet or lost",
                        result.lost(),
                        result.twice(),
                        result.foreign(),
                        partners.missed(),
                        report.replays(),
                        report.kills(),
                        report.enabled(),
                        wrong.isEmpty() ? "" : "; first: " + wrong.get(0)));
    }

    private void add(boolean good, String rule, String what) {
        findings.add(new Finding(good, rule, what));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

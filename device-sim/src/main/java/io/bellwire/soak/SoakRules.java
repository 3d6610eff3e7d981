package io.bellwire.soak;

import io.bellwire.fleet.VerificationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides whether a run has passed. The rules, besides {@link PartnerRules}:
 *
 * <ul>
 *   <li><b>Growth.</b> Compares phases of the same kind, in one process of the server that was warm when the first of
 *       them began: the median of each figure in the last phase must not exceed that in the first by more than {@link
 *       Figure#tolerance}. The first quarter of a phase's samples does not count; live heap and resident memory are
 *       compared only after the collection at the end of the phase.
 *   <li><b>Growth in silence.</b> In the deep silence, the Theil-Sen slope times the length of the silence must not
 *       exceed the same tolerance.
 *   <li><b>Disk.</b> No segment stays longer than the retention time and the time that the server takes to notice; from
 *       one silence to the next the data folder grows by at most {@value #BYTES_PER_ORDER} bytes for each order.
 *   <li><b>Silence costs nothing.</b> The median of the server's CPU is at most {@value #SILENT_CPU_PERCENT} percent of
 *       a core in each silence.
 *   <li><b>Writes.</b> No write fails without a kill or restart as excuse.
 *   <li><b>Resets.</b> No cursor of a device that was up to date is refused before the retention time is over.
 *   <li><b>Log.</b> The server logs no error.
 *   <li><b>Backups.</b> Each backup has all orders that were acknowledged before it.
 *   <li><b>Proof.</b> No order is lost, applied twice, out of order or foreign.
 * </ul>
 *
 * A run of a few minutes is never quite warm, so its tolerances are wider: {@link #toleranceFactor}.
 */
final class SoakRules {
    /** Twice the CPU measured with 200 devices, of which a fifth polled every two seconds. */
    private static final double SILENT_CPU_PERCENT = 4;

    private static final int BYTES_PER_ORDER = 4_096;
    private static final double DISK_SLACK_MB = 16;
    private static final double MB = 1e6;
    private static final double WARM_AFTER_SECONDS = 600;
    /**
     * A segment covers an eighth of the retention time; it is dropped at the first check after all of it has expired.
     */
    private static final double RETENTION_EXCESS = 1.25;

    private static final double CHECK_SECONDS_MAX = 600;
    private static final double RETENTION_CHECKS = 8;
    private static final double DISK_SLACK_SECONDS = 30;
    /** More points than this do not improve the median. */
    private static final int POINTS_MAX = 400;

    private final SoakPlan plan;
    private final List<Sample> samples;
    private final List<Finding> findings = new ArrayList<>();

    private SoakRules(SoakPlan plan, List<Sample> samples) {
        this.plan = plan;
        this.samples = samples;
    }

    static List<Finding> check(SoakPlan plan, List<Sample> samples, SoakOutcome outcome) {
        SoakRules rules = new SoakRules(plan, List.copyOf(samples));
        for (Figure figure : Figure.values()) {
            if (figure.mustNotGrow()) {
                rules.growth(figure, Phase.Kind.LOAD);
                rules.growth(figure, Phase.Kind.SILENCE);
                rules.growthInSilence(figure);
            }
        }
        rules.silence();
        rules.disk();
        rules.outcome(outcome);
        rules.findings.addAll(PartnerRules.check(plan, samples, outcome));
        return rules.findings;
    }

    /** Factor of the tolerance: 1 for a long run, more for a run that is too short for everything to be warm. */
    private double toleranceFactor() {
        return 1 + WARM_AFTER_SECONDS / plan.seconds();
    }

    private void growth(Figure figure, Phase.Kind kind) {
        List<Double> medians = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int phase = 0; phase < plan.phases().size(); phase++) {
            Phase one = plan.phases().get(phase);
            double median = one.isMeasured() && one.kind() == kind ? median(figure, phase) : Double.NaN;
            if (!Double.isNaN(median)) {
                medians.add(median);
                texts.add(text("%s %.1f", one.name(), median));
            }
        }
        if (medians.size() < 2) {
            return;
        }
        double first = medians.get(0);
        double last = medians.get(medians.size() - 1);
        double limit = first + figure.tolerance(first, toleranceFactor());
        add(
                last <= limit,
                figure.label() + " from " + (kind == Phase.Kind.LOAD ? "load to load" : "silence to silence"),
                text("%s, at most %.1f %s", String.join(", ", texts), limit, figure.unit()));
    }

    /** The median over the last process of the run; figures of an earlier process cannot be compared with it. */
    private double median(Figure figure, int phase) {
        int processNumber =
                samples.stream().mapToInt(Sample::processNumber).max().orElse(0);
        return RobustStatistics.median(values(
                figure,
                sample -> sample.phase() == phase
                        && sample.processNumber() == processNumber
                        && (figure.isComparedAfterCollection() ? sample.has(Figure.LIVE_HEAP) : sample.steady())));
    }

    private void growthInSilence(Figure figure) {
        for (int phase = 0; phase < plan.phases().size(); phase++) {
            if (plan.phases().get(phase).kind() == Phase.Kind.DEEP_SILENCE) {
                growthIn(phase, figure);
            }
        }
    }

    private void growthIn(int phase, Figure figure) {
        List<Sample> all = samples.stream()
                .filter(sample -> sample.phase() == phase && sample.steady() && sample.has(figure))
                .toList();
        int step = all.size() / POINTS_MAX + 1;
        List<Sample> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += step) {
            some.add(all.get(i));
        }
        if (some.size() < 3) {
            return;
        }
        double[] x = some.stream().mapToDouble(Sample::seconds).toArray();
        double[] y = some.stream().mapToDouble(sample -> sample.of(figure)).toArray();
        double grown = RobustStatistics.slope(x, y) * (x[x.length - 1] - x[0]);
        double limit = figure.tolerance(RobustStatistics.median(y), toleranceFactor());
        add(
                grown <= limit,
                figure.label() + " during " + plan.phases().get(phase).name(),
                text("%+.1f, at most %.1f %s", grown, limit, figure.unit()));
    }

    private void silence() {
        for (int phase = 0; phase < plan.phases().size(); phase++) {
            Phase one = plan.phases().get(phase);
            int number = phase;
            if (one.kind().isSilent()) {
                double cpu = RobustStatistics.median(
                        values(Figure.CPU, sample -> sample.phase() == number && sample.steady()));
                double limit = SILENT_CPU_PERCENT * toleranceFactor();
                if (!Double.isNaN(cpu)) {
                    add(cpu <= limit, "CPU during " + one.name(), text("%.1f, at most %.1f %% of a core", cpu, limit));
                }
            }
        }
    }

    private void disk() {
        double retention = plan.retention().toMillis() / 1_000.0;
        double limit = retention * RETENTION_EXCESS
                + 2 * Math.min(CHECK_SECONDS_MAX, retention / RETENTION_CHECKS)
                + DISK_SLACK_SECONDS;
        samples.stream()
                .filter(sample -> sample.has(Figure.OLDEST_SEGMENT))
                .max(Comparator.comparingDouble(sample -> sample.of(Figure.OLDEST_SEGMENT)))
                .ifPresent(sample -> {
                    double oldest = sample.of(Figure.OLDEST_SEGMENT);
                    add(
                            oldest <= limit,
                            "age of the oldest segment",
                            text("%.0f s after %.2f min, at most %.0f s", oldest, sample.seconds() / 60, limit));
                });
        List<Sample> ends = new ArrayList<>();
        for (int phase = 0; phase < plan.phases().size(); phase++) {
            Phase one = plan.phases().get(phase);
            if (one.isMeasured() && one.kind() == Phase.Kind.SILENCE) {
                lastOf(phase).ifPresent(ends::add);
            }
        }
        if (ends.size() > 1) {
            Sample first = ends.get(0);
            Sample last = ends.get(ends.size() - 1);
            double orders = last.of(Figure.ORDERS) - first.of(Figure.ORDERS);
            double grown = disk(last) - disk(first);
            double most = BYTES_PER_ORDER / MB * orders + DISK_SLACK_MB * toleranceFactor();
            add(
                    grown <= most,
                    "disk from silence to silence",
                    text("%+.1f MB for %.0f orders, at most %.1f MB", grown, orders, most));
        }
    }

    private static double disk(Sample sample) {
        return sample.of(Figure.LOG_DISK) + sample.of(Figure.OTHER_DISK);
    }

    private Optional<Sample> lastOf(int phase) {
        return samples.stream()
                .filter(sample -> sample.phase() == phase && sample.has(Figure.LOG_DISK))
                .reduce((before, after) -> after);
    }

    private void outcome(SoakOutcome outcome) {
        String brokenOff = outcome.brokenOff();
        add(brokenOff == null, "whole run", brokenOff == null ? "all phases are over" : brokenOff);
        add(
                outcome.failedWrites().isEmpty(),
                "failed writes",
                outcome.failedWrites().isEmpty()
                        ? "none, and " + outcome.excusedWrites() + " attempts while the server was killed or restarted"
                        : outcome.failedWrites().size() + ", first: "
                                + outcome.failedWrites().get(0));
        Duration shortest = outcome.shortestResetNanos() == Long.MAX_VALUE
                ? Duration.ZERO
                : Duration.ofNanos(outcome.shortestResetNanos());
        add(
                shortest.isZero() || shortest.compareTo(plan.retention()) >= 0,
                "places lost in the feed",
                shortest.isZero()
                        ? "none"
                        : text(
                                "%d snapshots, the earliest %.0f s after the device was up to date; at least %.0f s",
                                outcome.snapshots(),
                                shortest.toMillis() / 1_000.0,
                                plan.retention().toMillis() / 1_000.0));
        if (brokenOff == null || outcome.segmentsDropped() > 0) {
            add(outcome.segmentsDropped() > 0, "retention", outcome.segmentsDropped() + " segments were dropped");
        }
        add(
                outcome.errorsLogged().isEmpty(),
                "the server's log",
                outcome.errorsLogged().isEmpty()
                        ? "no errors"
                        : outcome.errorsLogged().size() + " errors, first: "
                                + outcome.errorsLogged().get(0));
        for (String wrong : outcome.backups()) {
            add(wrong.isEmpty(), "backup", wrong.isEmpty() ? "has all that was acknowledged before it" : wrong);
        }
        if (outcome.verification() != null) {
            proof(outcome.verification(), brokenOff == null, outcome.converged());
        }
    }

    /**
     * Adds the result of the verification. In a run that has broken off, a lost order cannot be distinguished from one
     * under way.
     */
    private void proof(VerificationResult verification, boolean isWhole, boolean converged) {
        String state = !isWhole ? "broken off" : converged ? "all up to date" : "NOT all up to date in time";
        String violation = verification.firstViolation();
        add(
                isWhole
                        ? converged && verification.clean()
                        : verification.appliedTwice() + verification.outOfOrder() + verification.foreign() == 0,
                "proof",
                text(
                        "%s, applied %d, %s %d, twice %d, out of order %d, foreign %d%s",
                        state,
                        verification.applied(),
                        isWhole ? "lost" : "not there yet or lost",
                        verification.lost(),
                        verification.appliedTwice(),
                        verification.outOfOrder(),
                        verification.foreign(),
                        violation == null ? "" : "; first: " + violation));
    }

    private List<Double> values(Figure figure, Predicate<Sample> which) {
        return samples.stream()
                .filter(which)
                .filter(sample -> sample.has(figure))
                .map(sample -> sample.of(figure))
                .toList();
    }

    private void add(boolean good, String rule, String what) {
        findings.add(new Finding(good, rule, what));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

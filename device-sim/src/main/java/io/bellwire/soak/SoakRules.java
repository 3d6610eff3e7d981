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
 * Decides whether a run was good. The rules:
 *
 * <ul>
 *   <li><b>Growth.</b> Phases that are alike, in one process of the server that was warm when the first of them began, are
 *       held against each other: the median of each figure in the last of them must not be above that in the first by more
 *       than {@link Figure#tolerance}. Of the phase's samples the first quarter does not count; of live heap and resident memory only the one after a
 *       collection at the end of the phase does.
 *   <li><b>Growth in silence.</b> In the deep silence, the slope by Theil and Sen times the length of the silence must not
 *       be more than that either.
 *   <li><b>Disk.</b> No segment lies there for longer than the retention time and what the server takes to notice; the data
 *       folder grows from one silence to the next by at most {@value #BYTES_PER_ORDER} bytes for each order.
 *   <li><b>Silence costs nothing.</b> The median of the server's CPU is at most {@value #SILENT_CPU_PERCENT} percent of a
 *       core in each silence.
 *   <li><b>Writes, places, log, backups, proof.</b> No write fails that no kill or restart explains; no device that was up to date
 *       loses its place in the feed before the retention time is over; the server logs no error; each backup has all that was acknowledged before it;
 *       nothing is lost, applied twice, out of order or foreign.
 * </ul>
 *
 * A run of a few minutes is never quite warm, so it is allowed more: {@link #widened}.
 */
final class SoakRules {
    /** Twice what was measured with 200 devices, of which a fifth polled every two seconds. */
    private static final double SILENT_CPU_PERCENT = 4;

    private static final int BYTES_PER_ORDER = 4_096;
    private static final double DISK_SLACK_MB = 16;
    private static final double MB = 1e6;
    private static final double WARM_AFTER_SECONDS = 600;
    /** A segment ends after an eighth of the retention time, and is dropped at a look after it has all passed. */
    private static final double RETENTION_EXCESS = 1.25;

    private static final double LOOK_SECONDS_MAX = 600;
    private static final double RETENTION_LOOKS = 8;
    private static final double DISK_SLACK_SECONDS = 30;
    /** More points than this make no median better. */
    private static final int POINTS_MAX = 400;

    private final SoakPlan plan;
    private final List<Sample> samples;
    private final List<Finding> findings = new ArrayList<>();

    private SoakRules(SoakPlan plan, List<Sample> samples) {
        this.plan = plan;
        this.samples = samples;
    }

    static List<Finding> judge(SoakPlan plan, List<Sample> samples, SoakOutcome outcome) {
        SoakRules judge = new SoakRules(plan, List.copyOf(samples));
        for (Figure figure : Figure.values()) {
            if (figure.mustNotGrow()) {
                judge.growth(figure, Phase.Kind.LOAD);
                judge.growth(figure, Phase.Kind.SILENCE);
                judge.growthInSilence(figure);
            }
        }
        judge.silence();
        judge.disk();
        judge.outcome(outcome);
        return judge.findings;
    }

    /** How many times the tolerance of a run that is long enough for everything to be warm. */
    private double widened() {
        return 1 + WARM_AFTER_SECONDS / plan.seconds();
    }

    private void growth(Figure figure, Phase.Kind kind) {
        List<Double> medians = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (int phase = 0; phase < plan.phases().size(); phase++) {
            Phase one = plan.phases().get(phase);
            double median = one.isMeasured() && one.kind() == kind ? median(figure, phase) : Double.NaN;
            if (!Double.isNaN(median)) {
                medians.add(median);
                told.add(text("%s %.1f", one.name(), median));
            }
        }
        if (medians.size() < 2) {
            return;
        }
        double first = medians.get(0);
        double last = medians.get(medians.size() - 1);
        double limit = first + figure.tolerance(first, widened());
        find(
                last <= limit,
                figure.label() + " from " + (kind == Phase.Kind.LOAD ? "load to load" : "silence to silence"),
                text("%s, at most %.1f %s", String.join(", ", told), limit, figure.unit()));
    }

    /** Of the process that lives last in the run: what an earlier one took is no measure for it. */
    private double median(Figure figure, int phase) {
        int life = samples.stream().mapToInt(Sample::life).max().orElse(0);
        return RobustStatistics.median(values(
                figure,
                sample -> sample.phase() == phase
                        && sample.life() == life
                        && (figure.isComparedAfterCollection() ? sample.has(Figure.LIVE_HEAP) : sample.settled())));
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
                .filter(sample -> sample.phase() == phase && sample.settled() && sample.has(figure))
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
        double limit = figure.tolerance(RobustStatistics.median(y), widened());
        find(
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
                        values(Figure.CPU, sample -> sample.phase() == number && sample.settled()));
                double limit = SILENT_CPU_PERCENT * widened();
                if (!Double.isNaN(cpu)) {
                    find(cpu <= limit, "CPU during " + one.name(), text("%.1f, at most %.1f %% of a core", cpu, limit));
                }
            }
        }
    }

    private void disk() {
        double retention = plan.retention().toMillis() / 1_000.0;
        double limit = retention * RETENTION_EXCESS
                + 2 * Math.min(LOOK_SECONDS_MAX, retention / RETENTION_LOOKS)
                + DISK_SLACK_SECONDS;
        samples.stream()
                .filter(sample -> sample.has(Figure.OLDEST_SEGMENT))
                .max(Comparator.comparingDouble(sample -> sample.of(Figure.OLDEST_SEGMENT)))
                .ifPresent(sample -> {
                    double oldest = sample.of(Figure.OLDEST_SEGMENT);
                    find(
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
            double most = BYTES_PER_ORDER / MB * orders + DISK_SLACK_MB * widened();
            find(
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
        find(brokenOff == null, "whole run", brokenOff == null ? "all phases are over" : brokenOff);
        find(
                outcome.failedWrites().isEmpty(),
                "failed writes",
                outcome.failedWrites().isEmpty()
                        ? "none, and " + outcome.excusedWrites() + " attempts while the server was killed or restarted"
                        : outcome.failedWrites().size() + ", first: "
                                + outcome.failedWrites().get(0));
        Duration shortest = outcome.shortestResetNanos() == Long.MAX_VALUE
                ? Duration.ZERO
                : Duration.ofNanos(outcome.shortestResetNanos());
        find(
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
            find(outcome.segmentsDropped() > 0, "retention", outcome.segmentsDropped() + " segments were dropped");
        }
        find(
                outcome.errorsLogged().isEmpty(),
                "the server's log",
                outcome.errorsLogged().isEmpty()
                        ? "no errors"
                        : outcome.errorsLogged().size() + " errors, first: "
                                + outcome.errorsLogged().get(0));
        for (String wrong : outcome.backups()) {
            find(wrong.isEmpty(), "backup", wrong.isEmpty() ? "has all that was acknowledged before it" : wrong);
        }
        if (outcome.verdict() != null) {
            proof(outcome.verdict(), brokenOff == null, outcome.converged());
        }
    }

    /** What is not there cannot be told from what is on its way in a run that has broken off. */
    private void proof(VerificationResult verdict, boolean isWhole, boolean converged) {
        String state = !isWhole ? "broken off" : converged ? "all up to date" : "NOT all up to date in time";
        String offence = verdict.firstOffence();
        find(
                isWhole
                        ? converged && verdict.clean()
                        : verdict.appliedTwice() + verdict.outOfOrder() + verdict.foreign() == 0,
                "proof",
                text(
                        "%s, applied %d, %s %d, twice %d, out of order %d, foreign %d%s",
                        state,
                        verdict.applied(),
                        isWhole ? "lost" : "not there yet or lost",
                        verdict.lost(),
                        verdict.appliedTwice(),
                        verdict.outOfOrder(),
                        verdict.foreign(),
                        offence == null ? "" : "; first: " + offence));
    }

    private List<Double> values(Figure figure, Predicate<Sample> which) {
        return samples.stream()
                .filter(which)
                .filter(sample -> sample.has(figure))
                .map(sample -> sample.of(figure))
                .toList();
    }

    private void find(boolean good, String rule, String what) {
        findings.add(new Finding(good, rule, what));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

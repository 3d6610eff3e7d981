package io.bellwire.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.fleet.FleetPartnerReport;
import io.bellwire.fleet.VerificationResult;
import io.bellwire.receiver.ReceiverReport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Checks the rules on samples of an invented run of two hours that is healthy except for one figure or outcome. */
class SoakRulesTest {
    private static final SoakPlan PLAN = SoakPlan.of(120);
    private static final int LAST_PROCESS_FROM_PHASE = 1;
    private static final double MB = 1e6;
    private static final Set<Figure> COUNTERS = Set.of(Figure.ORDERS, Figure.CALLS);
    private static final PartnersOutcome PARTNERS = partners(0, 0, List.of());
    private static final SoakOutcome GOOD = new SoakOutcome(
            null,
            new VerificationResult(9, 0, 0, 0, 0, null),
            PARTNERS,
            true,
            List.of(),
            3,
            List.of(""),
            1,
            Long.MAX_VALUE,
            7,
            List.of());

    private final SplittableRandom random = new SplittableRandom(7);

    /** The figure of a healthy server, to which noise of five percent is added. */
    private static double healthy(Figure figure, double seconds, boolean isSilent) {
        return switch (figure) {
            case CPU -> isSilent ? 2 : 60;
            case ORDERS -> seconds * 60;
            case LOG_DISK -> 20;
            case OTHER_DISK -> seconds * 60 * 2_000 / MB;
            case OLDEST_SEGMENT -> 1_400;
            case CALLS -> isSilent ? 5_000 : seconds * 20;
            default -> isSilent ? 90 : 100;
        };
    }

    private static PartnersOutcome partners(long lost, long twice, List<String> wrong) {
        String violation = lost + twice == 0 ? null : "acme: lost or twice: order-7";
        return new PartnersOutcome(
                new FleetPartnerReport(3, Map.of(), new ReceiverReport(9, lost, twice, 0, violation), 0, 0, 0, 0, 0),
                0,
                30,
                100,
                wrong);
    }

    private static SoakOutcome with(PartnersOutcome partners, String brokenOff) {
        return new SoakOutcome(
                brokenOff,
                GOOD.verification(),
                partners,
                true,
                List.of(),
                3,
                List.of(""),
                1,
                Long.MAX_VALUE,
                7,
                List.of());
    }

    private List<Sample> samples() {
        return samples(Figure.CPU, value -> 0);
    }

    /** @param extra is added to the figure {@code which}, by the time in seconds */
    private List<Sample> samples(Figure which, DoubleUnaryOperator extra) {
        List<Sample> samples = new ArrayList<>();
        double begins = 0;
        for (int phase = 0; phase < PLAN.phases().size(); phase++) {
            Phase one = PLAN.phases().get(phase);
            for (int second = 0; second < one.seconds(); second += 10) {
                double now = begins + second;
                Map<Figure, Double> figures = new EnumMap<>(Figure.class);
                for (Figure figure : Figure.values()) {
                    double noise = COUNTERS.contains(figure) ? 0 : random.nextDouble() * 0.1 - 0.05;
                    double value = healthy(figure, now, one.kind().isSilent()) * (1 + noise);
                    figures.put(figure, value + (figure == which ? extra.applyAsDouble(now) : 0));
                }
                boolean steady = second >= one.seconds() / 4;
                samples.add(new Sample(now, phase, phase < LAST_PROCESS_FROM_PHASE ? 1 : 2, steady, figures));
            }
            begins += one.seconds();
        }
        return samples;
    }

    private static List<String> wrong(List<Sample> samples, SoakOutcome outcome) {
        return SoakRules.check(PLAN, samples, outcome).stream()
                .filter(finding -> !finding.isGood())
                .map(Finding::rule)
                .toList();
    }

    @Test
    void healthyRunIsGoodThoughItsFiguresAreNoisy() {
        assertEquals(List.of(), wrong(samples(), GOOD));
    }

    @Test
    void fiftyMegabytesInTwoHoursOutsideTheHeapAreALeak() {
        List<String> wrong = wrong(samples(Figure.OUTSIDE_HEAP, now -> now / 7_200 * 50), GOOD);

        assertTrue(wrong.contains("resident outside the heap from silence to silence"), wrong::toString);
    }

    @Test
    void growthOnlyInSilenceIsFound() {
        double from = begins("long silence");
        double to = begins("second load");

        List<String> wrong = wrong(
                samples(Figure.TIMERS, now -> now > from && now < to ? (now - from) / (to - from) * 60 : 0), GOOD);

        assertEquals(List.of("timers during long silence"), wrong);
    }

    @Test
    void figuresOfAnEarlierProcessDoNotCount() {
        double killed = begins("warm-up");

        assertEquals(List.of(), wrong(samples(Figure.RESIDENT, now -> now < killed ? -60 : 0), GOOD));
    }

    @Test
    void threadThatIsLeftBehindTenTimesIsFound() {
        List<String> wrong = wrong(samples(Figure.THREADS, now -> Math.floor(now / 600)), GOOD);

        assertTrue(wrong.contains("threads from silence to silence"), wrong::toString);
    }

    @Test
    void silenceThatCostsIsFound() {
        double from = begins("last silence");

        assertEquals(List.of("CPU during last silence"), wrong(samples(Figure.CPU, now -> now >= from ? 10 : 0), GOOD));
    }

    @Test
    void segmentThatIsNotDroppedIsFound() {
        assertEquals(
                List.of("age of the oldest segment"),
                wrong(samples(Figure.OLDEST_SEGMENT, now -> now > 6_000 ? 1_500 : 0), GOOD));
    }

    @Test
    void diskThatGrowsByMoreThanTheOrdersIsFound() {
        assertEquals(
                List.of("disk from silence to silence"),
                wrong(samples(Figure.LOG_DISK, now -> now / 7_200 * 2_000), GOOD));
    }

    @Test
    void eachBadOutcomeIsFound() {
        SoakOutcome bad = new SoakOutcome(
                null,
                new VerificationResult(9, 1, 0, 0, 0, "grill: lost: order order-7"),
                partners(1, 0, List.of()),
                false,
                List.of("POST /v1/orders after 90 s: HTTP 503"),
                0,
                List.of("", "order order-7 is not restored"),
                1,
                TimeUnit.MINUTES.toNanos(3),
                0,
                List.of("01:04:11 ERROR LogWriter a batch failed"));

        assertEquals(
                List.of(
                        "failed writes",
                        "places lost in the feed",
                        "retention",
                        "the server's log",
                        "backup",
                        "proof",
                        "partners"),
                wrong(samples(), bad));
    }

    @Test
    void callInSilenceIsFound() {
        double from = begins("last silence") + 300;

        assertEquals(
                List.of("calls during last silence"), wrong(samples(Figure.CALLS, now -> now >= from ? 1 : 0), GOOD));
    }

    @Test
    void attemptsThatAreNotForgottenAreFound() {
        assertEquals(List.of("attempts kept"), wrong(samples(Figure.ATTEMPTS, now -> now > 6_000 ? 250 : 0), GOOD));
    }

    @Test
    void positionThatIsNotSavedIsFound() {
        PartnersOutcome all = new PartnersOutcome(PARTNERS.report(), 0, 1_000, 100, List.of());

        assertEquals(List.of("calls repeated after kills"), wrong(samples(), with(all, null)));
    }

    @Test
    void endpointThatIsNotHealthyIsFound() {
        assertEquals(
                List.of("partners"),
                wrong(samples(), with(partners(0, 0, List.of("acme: {\"state\":\"paused\"}")), null)));
    }

    @Test
    void changeAppliedTwiceByAPartnerIsFoundInARunThatBreaksOff() {
        assertEquals(
                List.of("whole run", "partners"),
                wrong(samples(), with(partners(2, 1, List.of()), "after 60.00 min, in long silence: was stopped")));
    }

    @Test
    void resetAfterTheRetentionTimeIsNoFault() {
        SoakOutcome late = new SoakOutcome(
                null,
                GOOD.verification(),
                GOOD.partners(),
                true,
                List.of(),
                0,
                List.of(),
                1,
                TimeUnit.MINUTES.toNanos(25),
                7,
                List.of());

        assertEquals(List.of(), wrong(samples(), late));
    }

    @Test
    void brokenOffRunFailsAndSaysWhenButDoesNotCountPendingOrdersAsLost() {
        SoakOutcome early = new SoakOutcome(
                "after 60.00 min, in long silence: was stopped",
                new VerificationResult(9, 3, 0, 0, 0, "grill: lost: order order-7"),
                partners(2, 0, List.of()),
                false,
                List.of(),
                0,
                List.of(),
                0,
                Long.MAX_VALUE,
                0,
                List.of());
        List<Sample> some =
                samples().stream().filter(sample -> sample.seconds() < 60 * 60).toList();

        List<Finding> findings = SoakRules.check(PLAN, some, early);

        assertEquals(
                List.of(new Finding(false, "whole run", "after 60.00 min, in long silence: was stopped")),
                findings.stream().filter(finding -> !finding.isGood()).toList());
        assertTrue(findings.stream().anyMatch(finding -> finding.rule().equals("timers during long silence")));
    }

    private static double begins(String name) {
        double begins = 0;
        for (Phase phase : PLAN.phases()) {
            if (phase.name().equals(name)) {
                return begins;
            }
            begins += phase.seconds();
        }
        throw new IllegalArgumentException("there is no phase " + name);
    }
}

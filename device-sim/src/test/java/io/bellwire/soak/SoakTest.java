package io.bellwire.soak;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.serve.SteeredServe;
import io.bellwire.soak.Phase.Kind;
import io.bellwire.soak.Phase.Step;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the soak in its shortest form against the real server in a process of its own: each kind of phase for some
 * seconds, a kill, a backup, a clock that jumps, and two minutes that pass at once, so that a segment is dropped.
 * Growth cannot be checked after seconds; {@link SoakRulesTest} checks those rules.
 */
@Timeout(180)
class SoakTest {
    /** The rules that hold for a run of any length; the others are about growth. */
    private static final Set<String> ALWAYS = Set.of(
            "whole run",
            "failed writes",
            "places lost in the feed",
            "retention",
            "the server's log",
            "backup",
            "proof",
            "partners",
            "attempts kept",
            "calls repeated after kills",
            "calls during silence");

    private static final SoakPlan BRIEF = new SoakPlan(
            List.of(
                    new Phase("warm-up", Kind.LOAD, 1, false, List.of()),
                    new Phase(
                            "faults",
                            Kind.FAULTS,
                            6,
                            false,
                            List.of(
                                    new Step(0, ServerAction.CLOCK_THIRTY_DAYS_ON),
                                    new Step(0.1, ServerAction.KILL),
                                    new Step(0.2, ServerAction.BACKUP),
                                    new Step(0.6, ServerAction.CLOCK_THIRTY_DAYS_BACK))),
                    new Phase("first load", Kind.LOAD, 3, true, List.of()),
                    new Phase("silence", Kind.DEEP_SILENCE, 9, false, List.of(new Step(0, ServerAction.PRESS_TIME))),
                    new Phase("second load", Kind.LOAD, 1, false, List.of())),
            Duration.ofMinutes(1));

    @TempDir
    Path folder;

    @Test
    void nothingIsLostThroughAKillABackupAJumpOfTheClockAndADroppedSegment() throws Exception {
        SoakOptions options = options(BRIEF, 3);
        ByteArrayOutputStream shown = new ByteArrayOutputStream();

        SoakReport report = Soak.run(
                options,
                new PrintStream(shown, true, StandardCharsets.UTF_8),
                new Soak.Time(System::nanoTime, System::currentTimeMillis));

        List<Finding> always = report.findings().stream()
                .filter(finding -> ALWAYS.contains(finding.rule()))
                .toList();
        assertTrue(
                always.stream().allMatch(Finding::isGood),
                () -> report.table() + shown.toString(StandardCharsets.UTF_8));
        assertEquals(ALWAYS, always.stream().map(Finding::rule).collect(Collectors.toSet()));
        assertEquals(
                Set.of(1, 2),
                report.samples().stream().map(Sample::processNumber).collect(Collectors.toSet()));
        for (Figure figure : Figure.values()) {
            boolean isMeasured = report.samples().stream().anyMatch(sample -> sample.has(figure));
            assertTrue(isMeasured || isOfTheMachine(figure), figure.label() + " is never measured");
        }
        Path kept = options.report();
        assertEquals(
                report.samples().size(),
                Files.readAllLines(kept.resolve("samples.jsonl")).size());
        assertTrue(Files.readString(kept.resolve("chart.svg")).endsWith("</svg>\n"));
        assertTrue(Files.readString(kept.resolve("verdict.json")).contains("\"rule\" : \"proof\""));
        assertFalse(Files.exists(kept.resolve("backup-1")), "what a backup needed is deleted");
        assertTrue(shown.toString(StandardCharsets.UTF_8).contains("second load"));
    }

    @Test
    void runThatIsStoppedInTheMiddleLeavesItsReport() throws Exception {
        SoakOptions options = options(
                new SoakPlan(List.of(new Phase("load", Kind.LOAD, 3_600, true, List.of())), Duration.ofMinutes(1)), 0);
        Path samples = options.report().resolve("samples.jsonl");
        FutureTask<SoakReport> run = new FutureTask<>(() -> Soak.run(
                options,
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new Soak.Time(System::nanoTime, System::currentTimeMillis)));
        Thread runner = new Thread(run, "soak");
        runner.start();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> run.isDone() || (Files.exists(samples) && Files.size(samples) > 0));

        runner.interrupt();

        SoakReport report = run.get();
        List<String> wrong = report.findings().stream()
                .filter(finding -> !finding.isGood())
                .map(finding -> finding.rule() + ": " + finding.what())
                .toList();
        assertEquals(1, wrong.size(), wrong::toString);
        assertTrue(wrong.get(0).matches("whole run: after [0-9.]+ min, in load: was stopped"), wrong::toString);
        assertTrue(Files.readString(options.report().resolve("chart.svg")).endsWith("</svg>\n"));
        assertTrue(Files.readString(options.report().resolve("verdict.json")).contains("was stopped"));
    }

    private SoakOptions options(SoakPlan plan, int partners) {
        Path clock = folder.resolve("clock");
        return new SoakOptions(
                plan,
                "brief",
                7,
                20,
                partners,
                60,
                String.join(
                        " ",
                        SoakOptions.quoted(Path.of(System.getProperty("java.home"), "bin", "java")),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        "'" + System.getProperty("java.class.path") + "'",
                        SteeredServe.class.getName(),
                        SoakOptions.quoted(clock)),
                folder.resolve("data"),
                clock,
                false,
                folder.resolve("report"));
    }

    /** Figures that not every operating system and JDK provides. */
    private static boolean isOfTheMachine(Figure figure) {
        return Set.of(Figure.RESIDENT, Figure.OUTSIDE_HEAP, Figure.LIVE_HEAP).contains(figure);
    }
}

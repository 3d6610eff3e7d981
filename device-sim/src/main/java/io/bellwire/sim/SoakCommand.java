package io.bellwire.sim;

import io.bellwire.fleet.FleetException;
import io.bellwire.soak.Soak;
import io.bellwire.soak.SoakOptions;
import io.bellwire.soak.SoakPlan;
import io.bellwire.soak.SoakReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sim soak}: runs a server for hours, under load, under faults and in silence. */
@Command(
        name = "soak",
        description = {
            "Runs a server of its own for a long time with a mixed fleet, through phases of load, faults and complete "
                    + "silence, and measures what the server uses. Exit code 1 if anything grows after warm-up, a write fails that no "
                    + "kill explains, silence costs CPU, a backup lacks something, or the proof of fleet and partners does not hold.",
            "Leaves samples.jsonl, verdict.json, chart.svg and the server's log in the report's folder."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class SoakCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--minutes",
            required = true,
            description = "length of the run, at least 2; the phases are parts of it")
    private int minutes;

    @Option(
            names = "--seed",
            description = "seed of all random choices; drawn and shown if not given",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private @Nullable Long seed;

    @Option(names = "--report", paramLabel = "DIR", description = "folder for the report; a temporary one if not given")
    private @Nullable Path report;

    @Option(names = "--devices", description = "how many devices", defaultValue = "150")
    private int devices;

    @Option(
            names = "--partners",
            description = "how many partners have an endpoint that is called; part of the orders are theirs",
            defaultValue = "3")
    private int partners;

    @Option(names = "--rate", description = "orders, changes and events a second under load", defaultValue = "150")
    private int rate;

    @Option(
            names = "--tls",
            description = "TLS: the server is given --dev-tls, and no connection is cut hard, as with sim fleet --tls")
    private boolean tls;

    @Option(
            names = "--serve",
            required = true,
            paramLabel = "COMMAND",
            description = "a shell command that does what scripts/serve does, with the same options")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String serve;

    @Option(names = "--data-dir", required = true, paramLabel = "DIR", description = "the server's data folder, empty")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path dataFolder;

    @Option(
            names = "--clock-file",
            paramLabel = "FILE",
            description =
                    "the file from which that server reads the offsets of its clocks; without it its clocks do not jump")
    private @Nullable Path clockFile;

    @Override
    public Integer call() throws InterruptedException, IOException {
        long chosen = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
        Path folder = report == null ? Files.createTempDirectory("bellwire-soak-report") : report;
        SoakOptions options = new SoakOptions(
                SoakPlan.of(minutes),
                Long.toString(System.currentTimeMillis(), 36),
                chosen,
                devices,
                partners,
                rate,
                serve,
                dataFolder.toAbsolutePath(),
                clockFile == null ? null : clockFile.toAbsolutePath(),
                tls,
                folder.toAbsolutePath());
        PrintWriter out = spec.commandLine().getOut();
        RunInterrupter interrupter = new RunInterrupter(Thread.currentThread());
        try {
            SoakReport result =
                    Soak.run(options, System.out, new Soak.Time(System::nanoTime, System::currentTimeMillis));
            out.printf("%n%s%nThe report: %s%n", result.table(), folder);
            out.flush();
            return result.isGood() ? 0 : fail("FAILED, seed " + chosen);
        } catch (FleetException failed) {
            return fail(
                    "FAILED, seed " + chosen + ": " + failed.getMessage() + "\nWhat there is of a report: " + folder);
        } finally {
            interrupter.runIsOver();
        }
    }

    private int fail(String why) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(why);
        err.flush();
        return 1;
    }

    /**
     * Interrupts the run when the process is asked to end, and delays the process's end until the report is written.
     */
    private static final class RunInterrupter {
        private static final int WRITTEN_SECONDS_MAX = 90;

        private final CountDownLatch over = new CountDownLatch(1);
        private final Thread hook;

        private RunInterrupter(Thread runner) {
            hook = new Thread(
                    () -> {
                        runner.interrupt();
                        awaitEnd();
                    },
                    "soak-stop");
            Runtime.getRuntime().addShutdownHook(hook);
        }

        private void awaitEnd() {
            try {
                boolean unused = over.await(WRITTEN_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }

        private void runIsOver() {
            over.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // the hook is running already
                return;
            }
        }
    }
}

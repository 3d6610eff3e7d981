package io.bellwire.serve;

import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.feedapi.LogMaintenance;
import io.bellwire.segment.LogBackup;
import io.bellwire.segment.LogCheck;
import io.bellwire.segment.LogRepair;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code serve} that work on a data folder without serving it. */
@Command(
        name = "serve",
        description =
                "Works on a data folder: check reads the whole log and prints what is wrong with it; repair saves what can"
                        + " be saved of a damaged log into a new data folder, and prints what is lost; backup copies it,"
                        + " also while a server uses it; restore makes a new data folder from a backup. A log that was"
                        + " repaired or restored has a new epoch.")
final class LogCommand {
    private static final String CHECK = "check";
    private static final String REPAIR = "repair";
    private static final String BACKUP = "backup";
    private static final String RESTORE = "restore";
    private static final Set<String> NAMES = Set.of(CHECK, REPAIR, BACKUP, RESTORE);

    @Parameters(index = "0", paramLabel = "COMMAND", description = "check, repair, backup or restore.")
    String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "BACKUP",
            description = "For backup: the folder to create. For restore: the folder that backup has created.")
    @Nullable Path backup;

    @Option(names = "--data-dir", required = true, paramLabel = "DIR", description = "The data folder.")
    Path dataFolder = Path.of("");

    @Option(names = "--to", paramLabel = "DIR", description = "For repair: the data folder to create.")
    @Nullable Path repairedFolder;

    private LogCommand() {}

    /** Whether the arguments of {@code serve} are one of these commands. */
    static boolean isLogCommand(String[] args) {
        return args.length > 0 && NAMES.contains(args[0]);
    }

    /**
     * Runs the command; throws {@link ConfigurationException} if it cannot.
     *
     * @return the exit code: 0, or 1 if check has found something wrong or repair could not save all
     */
    static int run(String[] args, PrintStream out) {
        LogCommand command = new LogCommand();
        try {
            CommandLine.ParseResult unused = new CommandLine(command).parseArgs(args);
        } catch (CommandLine.ParameterException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        Path backup = command.backup;
        Path repaired = command.repairedFolder;
        if (command.name.equals(REPAIR)) {
            if (repaired == null || backup != null) {
                throw new ConfigurationException("repair needs --data-dir, --to, and no other folder");
            }
            return repair(command.dataFolder, repaired, out);
        }
        if (repaired != null) {
            throw new ConfigurationException(command.name + " has no option --to");
        }
        if (command.name.equals(CHECK)) {
            if (backup != null) {
                throw new ConfigurationException("check takes no folder besides --data-dir");
            }
            return check(command.dataFolder, out);
        }
        if (backup == null) {
            throw new ConfigurationException(command.name + " needs the folder of the backup");
        }
        return command.name.equals(BACKUP)
                ? report(out, "backed up", LogMaintenance.backup(command.dataFolder, backup))
                : report(
                        out,
                        "restored, with a new epoch,",
                        LogMaintenance.restore(backup, command.dataFolder, Clock.systemUTC(), new SecureRandom()));
    }

    private static int check(Path folder, PrintStream out) {
        LogCheck.Report report = LogMaintenance.check(folder, out::println);
        report.problems().forEach(problem -> out.println("WRONG: " + problem));
        out.printf(
                "%d segments, %d records, %d changes, %d bytes: %s%n",
                report.segments(),
                report.records(),
                report.changes(),
                report.bytes(),
                report.problems().isEmpty() ? "all is well" : report.problems().size() + " things are wrong");
        return report.problems().isEmpty() ? 0 : 1;
    }

    private static int repair(Path folder, Path repaired, PrintStream out) {
        LogRepair.Report report = LogMaintenance.repair(folder, repaired, new SecureRandom());
        report.lost().forEach(loss -> out.println("LOST: " + loss));
        out.printf(
                "saved into %s, with a new epoch: %d records, %d changes, from %d segments; %s%n",
                repaired,
                report.records(),
                report.changes(),
                report.segments(),
                report.lost().isEmpty() ? "nothing is lost" : "what is lost is above");
        return report.lost().isEmpty() ? 0 : 1;
    }

    private static int report(PrintStream out, String what, LogBackup.Copied copied) {
        out.printf("%s %d segments, %d records, %d bytes%n", what, copied.segments(), copied.records(), copied.bytes());
        return 0;
    }
}

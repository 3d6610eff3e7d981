package io.bellwire.sim;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main class of the simulator. Exit codes: 0 success, 1 failure, 2 wrong option. */
@Command(
        name = "sim",
        description =
                "Devices that speak the Bellwire protocol, a single one or a fleet under faults, and receivers of webhooks.",
        subcommands = {
            FleetCommand.class,
            DeviceCommand.class,
            CertifyCommand.class,
            SoakCommand.class,
            PartnerCommand.class,
            CertifyReceiverCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "Bellwire 0.1.0-SNAPSHOT")
public final class Sim implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line; prints each error as one line. */
    static CommandLine commandLine() {
        return new CommandLine(new Sim())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, args) -> printError(wrong))
                .setExecutionExceptionHandler((failed, command, result) -> {
                    if (failed instanceof IllegalArgumentException) {
                        return printError(new ParameterException(command, String.valueOf(failed.getMessage())));
                    }
                    throw failed;
                });
    }

    private static int printError(ParameterException wrong) {
        PrintWriter err = wrong.getCommandLine().getErr();
        String line = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("wrong option");
        err.println(wrong.getCommandLine().getCommandSpec().qualifiedName() + ": " + line + " (see --help)");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing: fleet, device, partner, certify, certify-receiver or soak");
    }
}

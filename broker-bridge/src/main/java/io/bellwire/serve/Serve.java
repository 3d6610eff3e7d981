package io.bellwire.serve;

import io.bellwire.feedapi.ConfigurationException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The server as a program. Exit codes: 0 after {@code --help}, 1 if {@code check} has found something wrong or
 * {@code repair} could not save all, 2 with one line on standard error if the configuration does not allow a start, 3
 * if it has run out of memory, 143 or 130 if SIGTERM or SIGINT has stopped it gracefully.
 */
public final class Serve {
    private static final int EXIT_CONFIGURATION = 2;
    /** The same as the JVM's own with {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int EXIT_OUT_OF_MEMORY = 3;

    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    private static final String NETTY_NO_UNSAFE = "io.netty.noUnsafe";
    private static final int UNSAFE_WARNS_SINCE = 24;
    private static final Map<String, String> TLS_LIMITS = Map.of(
            "jdk.tls.rejectClientInitiatedRenegotiation", "true",
            "jdk.tls.namedGroups", "x25519,secp256r1,secp384r1");

    private Serve() {}

    public static void main(String[] args) {
        run(args, Clocks.SYSTEM);
    }

    /** Runs the program, with other clocks in tests. */
    static void run(String[] args, Clocks clocks) {
        // newer JDKs print four lines about Netty's use of Unsafe to standard error, which has only our own lines
        if (Runtime.version().feature() >= UNSAFE_WARNS_SINCE && System.getProperty(NETTY_NO_UNSAFE) == null) {
            System.setProperty(NETTY_NO_UNSAFE, "true");
        }
        // what a client could choose to make handshakes cost a hundred times as much, or to repeat them
        for (Map.Entry<String, String> limit : TLS_LIMITS.entrySet()) {
            if (System.getProperty(limit.getKey()) == null) {
                System.setProperty(limit.getKey(), limit.getValue());
            }
        }
        // its own file name, so that this jar in another program does not configure that program's log
        if (System.getProperty(LOG_CONFIGURATION) == null) {
            System.setProperty(LOG_CONFIGURATION, "bellwire-logback.xml");
        }
        Thread.setDefaultUncaughtExceptionHandler(Serve::uncaught);
        try {
            if (LogCommand.isLogCommand(args)) {
                System.exit(LogCommand.run(args, System.out));
            }
            ServeOptions options = parse(args, System.getenv());
            if (options.help) {
                usage(System.out);
                return;
            }
            serve(options, clocks);
        } catch (ConfigurationException e) {
            System.err.println(oneLine(e));
            System.exit(EXIT_CONFIGURATION);
        }
    }

    /**
     * Ends the process if it is out of memory, so that its supervisor starts another; logs any other throwable, whose
     * thread ends.
     */
    private static void uncaught(Thread thread, Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            System.err.println("bellwire: out of memory (" + thrown.getMessage() + "): the server ends");
            Runtime.getRuntime().halt(EXIT_OUT_OF_MEMORY);
        }
        LoggerFactory.getLogger(Serve.class).error("thread {} has ended", thread.getName(), thrown);
    }

    /**
     * Parses the options in {@code args} and {@code environment}; throws {@link ConfigurationException} if one is
     * wrong.
     */
    static ServeOptions parse(String[] args, Map<String, String> environment) {
        ServeOptions options = new ServeOptions();
        CommandLine command = commandLine(options);
        OptionDefaults settings =
                OptionDefaults.read(command.getCommandSpec(), environment, configFile(args, environment));
        command.setDefaultValueProvider(settings);
        try {
            ParseResult parsed = command.parseArgs(args);
            options.given = command.getCommandSpec().options().stream()
                    .filter(option -> parsed.hasMatchedOption(option) || settings.hasValueFor(option))
                    .map(OptionSpec::longestName)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (ParameterException e) {
            throw new ConfigurationException(e.getMessage() + settings.origin(e.getArgSpec(), args), e);
        }
        return options;
    }

    static void usage(PrintStream out) {
        CommandLine command = commandLine(new ServeOptions());
        command.getCommandSpec().usageMessage().showDefaultValues(true);
        command.usage(out);
    }

    private static CommandLine commandLine(ServeOptions options) {
        return new CommandLine(options)
                .registerConverter(Duration.class, new DurationText())
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Finds the config file, which must be known before all other options are parsed. */
    private static @Nullable Path configFile(String[] args, Map<String, String> environment) {
        ConfigOption option = new ConfigOption();
        try {
            new CommandLine(option).setUnmatchedArgumentsAllowed(true).parseArgs(args);
            return option.config != null
                    ? option.config
                    : OptionDefaults.fileNamedBy(environment).orElse(null);
        } catch (ParameterException | InvalidPathException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void serve(ServeOptions options, Clocks clocks) {
        List<String> lowered = new ArrayList<>();
        BellwireOptions fitting = DescriptorBudget.fit(
                options.toBellwireOptions(), options.given, DescriptorBudget.descriptorsMax(), lowered::add);
        Bellwire bellwire = Bellwire.start(fitting, clocks);
        lowered.forEach(LoggerFactory.getLogger(Serve.class)::warn); // not before: a start that fails says why, alone
        Runtime.getRuntime().addShutdownHook(new Thread(bellwire::close, "stop"));
        if (bellwire.hasFilesToReload()) {
            ReloadSignal.onSignal(bellwire::reloadFiles);
        }
        System.out.println(new ReadyLine(
                bellwire.http(), bellwire.mqtt(), bellwire.ws(), bellwire.operatorTokenFile(), bellwire.tlsCaFile()));
        awaitSignal();
    }

    private static void awaitSignal() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String oneLine(ConfigurationException e) {
        return "bellwire: "
                + Optional.ofNullable(e.getMessage()).orElse("cannot start").replaceAll("\\s*\\R\\s*", " ");
    }

    /** Only the option that names the config file. */
    @Command
    private static final class ConfigOption {
        @Option(names = "--config")
        @Nullable Path config;
    }
}

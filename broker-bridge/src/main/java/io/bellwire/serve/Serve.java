package io.bellwire.serve;

import io.bellwire.http.ConfigurationException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The server as a program. Exit codes: 0 after {@code --help}, 2 with one line on standard error if it cannot start as it
 * is configured, 1 when {@code check} has found something wrong, 3 when it has run out of memory, 143 or 130 when SIGTERM or SIGINT has stopped it gracefully.
 */
public final class Serve {
    private static final int EXIT_CONFIGURATION = 2;
    /** The same as the JVM's own with {@code -XX:+ExitOnOutOfMemoryError}. */
    private static final int EXIT_OUT_OF_MEMORY = 3;

    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    private static final String NETTY_NO_UNSAFE = "io.netty.noUnsafe";
    private static final int UNSAFE_WARNS_SINCE = 24;

    private Serve() {}

    public static void main(String[] args) {
        run(args, Clocks.OF_THE_MACHINE);
    }

    /** The program, by other clocks than the machine's if need be. */
    static void run(String[] args, Clocks clocks) {
        // newer JDKs print four lines about Netty's use of Unsafe, which standard error is not for
        if (Runtime.version().feature() >= UNSAFE_WARNS_SINCE && System.getProperty(NETTY_NO_UNSAFE) == null) {
            System.setProperty(NETTY_NO_UNSAFE, "true");
        }
        // under a name of its own, so that this jar in another program does not configure that program's log
        if (System.getProperty(LOG_CONFIGURATION) == null) {
            System.setProperty(LOG_CONFIGURATION, "bellwire-logback.xml");
        }
        Thread.setDefaultUncaughtExceptionHandler(Serve::uncaught);
        try {
            if (LogCommand.isMeant(args)) {
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

    /** A server without memory ends, so that whoever supervises it starts another; any other thread just ends, and says why. */
    private static void uncaught(Thread thread, Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            System.err.println("bellwire: out of memory (" + thrown.getMessage() + "): the server ends");
            Runtime.getRuntime().halt(EXIT_OUT_OF_MEMORY);
        }
        LoggerFactory.getLogger(Serve.class).error("thread {} has ended", thread.getName(), thrown);
    }

    /** The options that {@code args} and {@code environment} stand for; {@link ConfigurationException} says why not. */
    static ServeOptions parse(String[] args, Map<String, String> environment) {
        ServeOptions options = new ServeOptions();
        CommandLine command = commandLine(options);
        OptionDefaults settings =
                OptionDefaults.read(command.getCommandSpec(), environment, configFile(args, environment));
        command.setDefaultValueProvider(settings);
        try {
            command.parseArgs(args);
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

    /** Which file to read has to be known before all else is parsed. */
    private static @Nullable Path configFile(String[] args, Map<String, String> environment) {
        ConfigOption named = new ConfigOption();
        try {
            new CommandLine(named).setUnmatchedArgumentsAllowed(true).parseArgs(args);
            return named.config != null
                    ? named.config
                    : OptionDefaults.fileNamedBy(environment).orElse(null);
        } catch (ParameterException | InvalidPathException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void serve(ServeOptions options, Clocks clocks) {
        Bellwire bellwire = Bellwire.start(options.toBellwireOptions(), clocks);
        Runtime.getRuntime().addShutdownHook(new Thread(bellwire::close, "stop"));
        if (bellwire.hasRoutesFile()) {
            ReloadSignal.onSignal(() -> {
                Optional<String> unused = bellwire.reloadRoutes();
            });
        }
        System.out.println(
                new ReadyLine(bellwire.http(), bellwire.mqtt(), bellwire.ws(), bellwire.operatorTokenFile()));
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

    /** The one option that says where others are. */
    @Command
    private static final class ConfigOption {
        @Option(names = "--config")
        @Nullable Path config;
    }
}

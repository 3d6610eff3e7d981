package io.bellwire.serve;

import io.bellwire.feedapi.ConfigurationException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Values of options that the command line does not set: from the environment, then from a properties file. Immutable.
 */
final class OptionDefaults implements IDefaultValueProvider {
    private static final String ENVIRONMENT_PREFIX = "BELLWIRE_";
    /** Options for a single start, which would do harm if repeated at each start. */
    private static final Set<String> COMMAND_LINE_ONLY = Set.of("config", "new-epoch", "help");

    private final Map<String, String> environment;
    private final @Nullable Path file;
    private final Properties properties;

    private OptionDefaults(Map<String, String> environment, @Nullable Path file, Properties properties) {
        this.environment = environment;
        this.file = file;
        this.properties = properties;
    }

    /**
     * Reads the file. Throws {@link ConfigurationException} if it cannot be read, or has a key that is no option of
     * {@code command}.
     */
    static OptionDefaults read(CommandSpec command, Map<String, String> environment, @Nullable Path file) {
        Properties properties = new Properties();
        if (file != null) {
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (NoSuchFileException e) {
                throw new ConfigurationException("--config: there is no file " + file, e);
            } catch (MalformedInputException | IllegalArgumentException e) {
                throw new ConfigurationException("--config: " + file + " is not a properties file in UTF-8", e);
            } catch (IOException e) {
                throw new ConfigurationException("--config: " + file + " cannot be read: " + e.getMessage(), e);
            }
        }
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        command.options().forEach(option -> unknown.remove(key(option)));
        unknown.addAll(properties.stringPropertyNames().stream()
                .filter(COMMAND_LINE_ONLY::contains)
                .toList());
        if (!unknown.isEmpty()) {
            throw new ConfigurationException("unknown option in " + file + ": " + String.join(", ", unknown));
        }
        return new OptionDefaults(environment, file, properties);
    }

    /** The file that the environment names, used if the command line names none. */
    static Optional<Path> fileNamedBy(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(ENVIRONMENT_PREFIX + "CONFIG"))
                .filter(name -> !name.isBlank())
                .map(Path::of);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        String key = key(argument);
        if (COMMAND_LINE_ONLY.contains(key)) {
            return null;
        }
        String value = environment.get(variable(key));
        return value == null || value.isBlank() ? properties.getProperty(key) : value;
    }

    /** Whether the environment or the file sets the option. */
    boolean hasValueFor(OptionSpec option) {
        return defaultValue(option) != null;
    }

    /** The source of the value of {@code argument}, for messages; empty if the value is from {@code args}. */
    String origin(@Nullable ArgSpec argument, String[] args) {
        if (!(argument instanceof OptionSpec option) || defaultValue(argument) == null) {
            return "";
        }
        String name = option.longestName();
        if (Arrays.stream(args).anyMatch(arg -> arg.equals(name) || arg.startsWith(name + "="))) {
            return "";
        }
        String variable = variable(key(argument));
        String value = environment.get(variable);
        return " (from " + (value == null || value.isBlank() ? file : variable) + ")";
    }

    private static String variable(String key) {
        return ENVIRONMENT_PREFIX + key.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static String key(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName().replaceFirst("^-+", "") : "";
    }
}

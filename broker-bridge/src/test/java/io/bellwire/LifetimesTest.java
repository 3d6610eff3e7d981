package io.bellwire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that LIFETIMES.md names existing classes and tests, and all classes with something that lasts, in all
 * modules.
 */
class LifetimesTest {
    private static final Path ROOT = Path.of("..");
    private static final List<String> MODULES = List.of("feed-api", "broker-bridge", "device-sim");
    /** {@code Name}, or {@code package/Name} if several classes have the same name. */
    private static final Pattern NAME = Pattern.compile("`(?:[a-z]+/)?([A-Z][A-Za-z]+)`");

    private static final Pattern MAKES_WHAT_LASTS = Pattern.compile(
            "new \\w*(?:ThreadPool|ThreadPoolExecutor)\\("
                    + "|Executors\\.new|new TimerThread\\(|new Thread\\(|new ThreadPerTaskExecutor\\(|EventLoopGroup\\("
                    + "|Caffeine\\.newBuilder|new HikariDataSource|JdbcConnectionPool\\.create|HttpClient\\.newBuilder"
                    + "|\\.schedule\\(|\\.scheduleWithFixedDelay\\(|\\.scheduleAtFixedRate\\(|\\.orTimeout\\(|timers\\.after\\(");

    private static Set<String> named() throws IOException {
        return NAME.matcher(Files.readString(Path.of("LIFETIMES.md")))
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> sources(String kind) throws IOException {
        List<Path> all = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files =
                    Files.walk(ROOT.resolve(module).resolve("src").resolve(kind))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(all::add);
            }
        }
        return all;
    }

    private static String nameOf(Path source) {
        return source.getFileName().toString().replace(".java", "");
    }

    @Test
    void eachClassAndTestThatIsNamedExists() throws IOException {
        Set<String> missing = named();
        assertFalse(missing.isEmpty());

        sources("main").forEach(source -> missing.remove(nameOf(source)));
        sources("test").forEach(source -> missing.remove(nameOf(source)));

        assertEquals(Set.of(), missing);
    }

    @Test
    void eachClassThatMakesAThreadATimerACacheOrAPoolIsNamed() throws IOException {
        Set<String> makers = new TreeSet<>();
        for (Path source : sources("main")) {
            boolean isCode = !nameOf(source).equals("package-info");
            if (isCode && MAKES_WHAT_LASTS.matcher(Files.readString(source)).find()) {
                makers.add(nameOf(source));
            }
        }
        assertFalse(makers.isEmpty());

        makers.removeAll(named());

        assertEquals(Set.of(), makers);
    }
}

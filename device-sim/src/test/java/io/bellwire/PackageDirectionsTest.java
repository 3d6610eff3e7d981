package io.bellwire;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may use which, in all modules together. The README has this as a picture. */
class PackageDirectionsTest {
    private static final String OURS = "io.bellwire.";

    private static final JavaClasses ALL = new ClassFileImporter()
            .importPaths(
                    Path.of("..", "feed-api", "target", "classes"),
                    Path.of("..", "broker-bridge", "target", "classes"),
                    Path.of("..", "device-sim", "target", "classes"));

    /** Each package, and the packages that it may use. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("runtime", List.of()),
            Map.entry("admission", List.of("runtime")),
            Map.entry("tls", List.of("admission", "runtime")),
            Map.entry("log", List.of("runtime")),
            Map.entry("command", List.of("log", "runtime")),
            Map.entry("audit", List.of("log")),
            Map.entry("document", List.of("log")),
            Map.entry("sealed", List.of()),
            Map.entry("degradation", List.of("log")),
            Map.entry("factor", List.of("document", "sealed", "audit", "log", "runtime")),
            Map.entry("group", List.of("audit", "command", "log", "runtime")),
            Map.entry("registry", List.of("audit", "group", "document", "log", "runtime")),
            Map.entry("feed", List.of("registry", "group", "command", "log", "admission", "runtime")),
            Map.entry("webhook", List.of("document", "sealed", "registry", "log", "runtime")),
            Map.entry("json", List.of()),
            Map.entry("presence", List.of("feed", "registry", "log", "runtime")),
            Map.entry("order", List.of("feed", "registry", "group", "command", "log", "json", "runtime")),
            Map.entry("store", List.of("order", "presence", "registry", "group", "document", "log")),
            Map.entry(
                    "segment",
                    List.of(
                            "store",
                            "order",
                            "presence",
                            "registry",
                            "group",
                            "document",
                            "command",
                            "log",
                            "runtime")),
            Map.entry(
                    "postgres",
                    List.of(
                            "store",
                            "order",
                            "presence",
                            "registry",
                            "group",
                            "document",
                            "command",
                            "log",
                            "runtime")),
            Map.entry("query", List.of("order", "feed", "registry", "log", "runtime")),
            Map.entry(
                    "http",
                    List.of(
                            "query",
                            "order",
                            "presence",
                            "factor",
                            "webhook",
                            "degradation",
                            "feed",
                            "registry",
                            "group",
                            "audit",
                            "command",
                            "json",
                            "log",
                            "tls",
                            "admission",
                            "runtime")),
            Map.entry(
                    "feedapi",
                    List.of(
                            "http",
                            "query",
                            "order",
                            "presence",
                            "factor",
                            "sealed",
                            "webhook",
                            "document",
                            "degradation",
                            "feed",
                            "registry",
                            "group",
                            "log",
                            "store",
                            "segment",
                            "postgres",
                            "tls",
                            "admission",
                            "runtime")),
            Map.entry("outbound", List.of("tls", "admission", "runtime")),
            Map.entry("alert", List.of("outbound", "webhook", "log", "tls", "admission", "runtime")),
            Map.entry("broker", List.of("feed", "registry", "log", "tls", "admission", "runtime")),
            Map.entry("escalation", List.of("alert", "webhook", "document", "degradation", "feed", "log", "runtime")),
            Map.entry("route", List.of("escalation", "broker", "feedapi", "feed", "registry", "log")),
            Map.entry("bridge", List.of("route", "broker", "feed", "registry", "log", "runtime")),
            Map.entry("delivery", List.of("webhook", "feed", "log", "runtime")),
            Map.entry(
                    "serve",
                    List.of(
                            "bridge",
                            "alert",
                            "delivery",
                            "escalation",
                            "alert",
                            "document",
                            "degradation",
                            "outbound",
                            "webhook",
                            "route",
                            "broker",
                            "feedapi",
                            "http",
                            "query",
                            "order",
                            "group",
                            "presence",
                            "feed",
                            "registry",
                            "log",
                            "segment",
                            "tls",
                            "admission",
                            "runtime")),
            Map.entry("device", List.of()),
            Map.entry("device.state", List.of("device")),
            Map.entry("device.net", List.of("device", "device.state")),
            Map.entry("certify", List.of("device", "device.net")),
            Map.entry("fleet", List.of("receiver", "certify", "device", "device.net", "device.state")),
            Map.entry("soak", List.of("fleet", "receiver", "device", "device.net")),
            Map.entry("receiver", List.of("certify", "device", "device.net")),
            Map.entry("sim", List.of("soak", "certify", "receiver", "fleet", "device", "device.net", "device.state")));

    @Test
    void everyPackageIsListed() {
        assertEquals(
                new TreeSet<>(MAY_USE.keySet()),
                ALL.stream()
                        .map(type -> type.getPackageName())
                        .filter(name -> name.startsWith(OURS))
                        .map(name -> name.substring(OURS.length()))
                        .collect(toCollection(TreeSet::new)));
    }

    @Test
    void packagesUseOnlyWhatTheyMay() {
        MAY_USE.forEach((name, used) -> noClasses()
                .that()
                .resideInAPackage(OURS + name)
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.bellwire..")
                        .and(not(resideInAnyPackage(Stream.concat(Stream.of(name), used.stream())
                                .map(OURS::concat)
                                .toArray(String[]::new)))))
                .check(ALL));
    }

    @Test
    void onlyTheBrokerUsesOurPartOfMoquettesPackage() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.bellwire.broker", "io.moquette..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.moquette..")
                .check(ALL);
    }
}

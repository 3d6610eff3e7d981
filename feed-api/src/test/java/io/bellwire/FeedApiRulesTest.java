package io.bellwire;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Write;
import java.util.Set;

/** What the code of this module keeps to, beside what the compiler sees. */
@AnalyzeClasses(packages = "io.bellwire", importOptions = ImportOption.DoNotIncludeTests.class)
class FeedApiRulesTest {
    private static final Set<String> CLOCKS_AND_CHANCE = Set.of(
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Clock.system",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.Math.random",
            "java.lang.Thread.sleep",
            "java.util.UUID.randomUUID",
            "java.util.Random.<init>",
            "java.util.SplittableRandom.<init>",
            "java.security.SecureRandom.<init>",
            "java.security.SecureRandom.getInstanceStrong",
            "java.util.concurrent.ThreadLocalRandom.current",
            "java.util.concurrent.TimeUnit.sleep");

    private static final DescribedPredicate<JavaAccess<?>> CLOCK_OR_CHANCE = DescribedPredicate.describe(
            "a clock, chance or sleep",
            access -> CLOCKS_AND_CHANCE.contains(
                    access.getTargetOwner().getName() + "." + access.getTarget().getName()));

    @ArchTest
    static final ArchRule timeAndChanceComeInThroughConstructors =
            noClasses().should().accessTargetWhere(CLOCK_OR_CHANCE);

    /** What tells or keeps when something was, what tells how long ago that is, and retention. */
    private static final Set<String> READ_THE_WALL_CLOCK = Set.of(
            "DevCertificates",
            "EndpointView",
            "FanOuts",
            "FeedApi",
            "FoldingProgress",
            "LogMaintenance",
            "LogStores",
            "LogWriter",
            "OrderFolding",
            "OrderIds",
            "Presence",
            "SecondFactors",
            "Webhooks");

    /** What lasts for a time goes by {@link io.bellwire.runtime.Stopwatch}: a wall clock is set forwards and back. */
    @ArchTest
    static final ArchRule wallClockSaysWhenSomethingWasAndMeasuresNothing = noClasses()
            .that(DescribedPredicate.describe(
                    "have no time to tell", type -> !READ_THE_WALL_CLOCK.contains(type.getSimpleName())))
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "the wall clock",
                    access -> access.getTargetOwner().isAssignableTo(java.time.InstantSource.class)
                            && Set.of("millis", "instant")
                                    .contains(access.getTarget().getName())));

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.bellwire.(*)..").should().beFreeOfCycles();

    /** Secrets and their digests are compared by MessageDigest.isEqual, whose time does not depend on what is equal. */
    @ArchTest
    static final ArchRule secretsAreComparedInConstantTime = noClasses()
            .that()
            .resideInAnyPackage("io.bellwire.registry..", "io.bellwire.factor..")
            .or()
            .haveSimpleName("OrderLock")
            .should()
            .callMethod(java.util.Arrays.class, "equals", byte[].class, byte[].class)
            .orShould()
            .callMethod(java.nio.ByteBuffer.class, "equals", Object.class);

    @ArchTest
    static final ArchRule logKnowsNobodyAboveIt = noClasses()
            .that()
            .resideInAPackage("io.bellwire.log..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.bellwire..")
                    .and(DescribedPredicate.not(resideInAnyPackage("io.bellwire.log..", "io.bellwire.runtime.."))));

    @ArchTest
    static final ArchRule sqlStaysInThePackagesThatStore = noClasses()
            .that()
            .resideOutsideOfPackages("io.bellwire.postgres..", "io.bellwire.query..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.jdbi..", "java.sql..", "javax.sql..", "com.zaxxer..", "org.h2..", "org.flywaydb..");

    @ArchTest
    static final ArchRule h2IsUsedByItsPublicPackagesOnly = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("org.h2..")
                    .and(DescribedPredicate.not(resideInAnyPackage("org.h2.api..", "org.h2.jdbcx.."))));

    @ArchTest
    static final ArchRule jettyStaysInHttp = noClasses()
            .that()
            .resideOutsideOfPackage("io.bellwire.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..");

    @ArchTest
    static final ArchRule ordersAndFeedsKnowNothingOfHttp = noClasses()
            .that()
            .resideInAnyPackage("io.bellwire.order..", "io.bellwire.feed..", "io.bellwire.registry..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.bellwire.http..");

    private static final DescribedPredicate<JavaCodeUnit> RUN_ON_THE_WRITERS_THREAD = DescribedPredicate.describe(
            "run on the writer's thread",
            method -> method.getFullName().equals("io.bellwire.log.LogWriter.run()")
                    || (method.getName().equals("decide") && method.getOwner().isAssignableTo(Write.class)));

    private static final DescribedPredicate<JavaAccess<?>> JSON_OR_RENDERING = DescribedPredicate.describe(
            "JSON, or the rendering of an event",
            access -> access.getTargetOwner().getPackageName().startsWith("com.fasterxml.jackson")
                    || (access.getTargetOwner().isEquivalentTo(RenderedEvent.class)
                            && access.getTarget().getName().equals("<init>")));

    /** JSON is prepared by callers: the one writer, which all writes wait for, is to do nothing that they can do. */
    @ArchTest
    static final ArchRule writerNeitherParsesNorRendersJson =
            methods().that(RUN_ON_THE_WRITERS_THREAD).should(new NotReach(JSON_OR_RENDERING));
}

package io.bellwire;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What would otherwise have to be remembered. Reads the classes of this module alone. */
class HouseRulesTest {
    private static final JavaClasses MODULE = new ClassFileImporter().importPath("target/classes");

    @Test
    void moquetteIsSeenFromOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.bellwire.broker", "io.moquette.broker")
                .should()
                .dependOnClassesThat(resideInAPackage("io.moquette.."))
                .allowEmptyShould(true)
                .check(MODULE);
    }

    @Test
    void nobodyElseSpeaksToTheNetworkOfTheBroker() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.bellwire.broker", "io.moquette.broker")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.netty..", "com.hivemq.."))
                .allowEmptyShould(true)
                .check(MODULE);
    }

    @Test
    void timeAndChanceComeInThroughConstructors() {
        DescribedPredicate<JavaClass> mains =
                DescribedPredicate.describe("have a main method", type -> type.tryGetMethod("main", String[].class)
                        .isPresent());
        noClasses()
                .that(DescribedPredicate.not(mains))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(Random.class, long.class)
                .check(MODULE);
    }

    /** What lasts for a time goes by what has passed: a wall clock is set forwards and back. */
    @Test
    void wallClockIsReadByTheMainAlone() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.bellwire.serve.Bellwire")
                .should()
                .callMethod(Clock.class, "millis")
                .orShould()
                .callMethod(Clock.class, "instant")
                .check(MODULE);
    }

    @Test
    void packagesDependOnEachOtherInOneDirection() {
        slices().matching("io.bellwire.(*)..").should().beFreeOfCycles().check(MODULE);
    }
}

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

/** House rules that would otherwise have to be remembered. Checks only the classes of this module. */
class BridgeRulesTest {
    private static final JavaClasses MODULE = new ClassFileImporter().importPath("target/classes");

    @Test
    void onlyTheBrokerPackagesUseMoquette() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.bellwire.broker", "io.moquette.broker")
                .should()
                .dependOnClassesThat(resideInAPackage("io.moquette.."))
                .allowEmptyShould(true)
                .check(MODULE);
    }

    @Test
    void onlyTheBrokerPackagesUseNettyAndHiveMq() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.bellwire.broker", "io.moquette.broker")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.netty..", "com.hivemq.."))
                .allowEmptyShould(true)
                .check(MODULE);
    }

    @Test
    void timeAndRandomnessArePassedToConstructors() {
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

    /** Everything that lasts for a time uses elapsed time: a wall clock may be set forwards and back. */
    @Test
    void onlyBellwireReadsTheWallClock() {
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

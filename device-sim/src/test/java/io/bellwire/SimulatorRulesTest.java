package io.bellwire;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** What keeps the simulator honest: it knows the wire contract alone, and its logic knows neither clock nor chance. */
@AnalyzeClasses(packages = "io.bellwire", importOptions = SimulatorRulesTest.OwnMainCode.class)
class SimulatorRulesTest {
    /** This module's main code: not its tests, not the other modules. */
    static final class OwnMainCode implements ImportOption {
        @Override
        public boolean includes(com.tngtech.archunit.core.importer.Location location) {
            return location.contains("/device-sim/target/classes/");
        }
    }

    @ArchTest
    static final ArchRule DEVICE_LOGIC_HAS_NO_IO = noClasses()
            .that()
            .resideInAPackage("io.bellwire.device")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.net..",
                    "java.nio..",
                    "java.util.concurrent..",
                    "com..",
                    "org.slf4j..",
                    "org.eclipse..",
                    "io.netty..",
                    "io.bellwire.device.net..",
                    "io.bellwire.device.state..");

    @ArchTest
    static final ArchRule MAIN_CODE_KNOWS_THE_WIRE_CONTRACT_ALONE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.bellwire.log..",
                    "io.bellwire.feed..",
                    "io.bellwire.http..",
                    "io.bellwire.order..",
                    "io.bellwire.registry..",
                    "io.bellwire.broker..",
                    "io.bellwire.bridge..",
                    "io.bellwire.serve..");

    /** An application takes the packages of the device without the simulator. */
    @ArchTest
    static final ArchRule DEVICE_LIBRARY_DOES_NOT_DEPEND_ON_THE_SIMULATOR = noClasses()
            .that()
            .resideInAPackage("io.bellwire.device..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.bellwire..").and(resideOutsideOfPackage("io.bellwire.device..")));

    @ArchTest
    static final ArchRule DEVICE_STATE_DOES_NOT_DEPEND_ON_THE_NETWORK = noClasses()
            .that()
            .resideInAPackage("io.bellwire.device.state..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.bellwire.device.net..");

    @ArchTest
    static final ArchRule CLOCKS_AND_CHANCE_ARE_MADE_IN_MAINS_ALONE = noClasses()
            .that()
            .resideOutsideOfPackage("io.bellwire.sim..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(ThreadLocalRandom.class, "current")
            .orShould()
            .callConstructor(Random.class)
            .orShould()
            .callConstructor(Random.class, long.class)
            .orShould()
            .callConstructor(java.util.SplittableRandom.class);

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class);
}

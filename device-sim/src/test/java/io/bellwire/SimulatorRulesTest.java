package io.bellwire;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The directions between the packages of this module: the simulator uses only the wire contract of the server, the
 * device library does not use the simulator, and only mains make clocks and random numbers.
 */
@AnalyzeClasses(packages = "io.bellwire", importOptions = SimulatorRulesTest.OwnMainCode.class)
class SimulatorRulesTest {
    /** Imports this module's main code, without its tests and the other modules. */
    static final class OwnMainCode implements ImportOption {
        @Override
        public boolean includes(com.tngtech.archunit.core.importer.Location location) {
            return location.contains("/device-sim/target/classes/");
        }
    }

    private static final String[] OWN_PACKAGES = {
        "io.bellwire.device..",
        "io.bellwire.fleet..",
        "io.bellwire.soak..",
        "io.bellwire.certify..",
        "io.bellwire.receiver..",
        "io.bellwire.sim.."
    };

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
    static final ArchRule MAIN_CODE_DOES_NOT_DEPEND_ON_THE_SERVER = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("io.bellwire..").and(resideOutsideOfPackages(OWN_PACKAGES)));

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
    static final ArchRule ONLY_MAINS_MAKE_CLOCKS_AND_RANDOM_NUMBERS = noClasses()
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

package io.bellwire.fleet;

import io.bellwire.receiver.ReceiverFaults;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How each partner of a fleet misbehaves, by its number, so that a fleet of five has each kind. No partner forgets what it
 * has applied while its work stays: that would be applying twice by its own doing, and not the server's. One that loses
 * both is not at fault; {@link PartnerFleet} sees to that.
 */
final class PartnerFaults {
    private static final List<String> KINDS = List.of("failing", "falsely failing", "lying", "slow", "busy");

    private PartnerFaults() {}

    static String kind(int number) {
        return KINDS.get(number % KINDS.size());
    }

    /** @param random draws how bad it is */
    static ReceiverFaults of(int number, RandomGenerator random) {
        double rate = 0.1 + 0.2 * random.nextDouble();
        return switch (kind(number)) {
            case "failing" -> faults(Duration.ZERO, rate, 0, 0, rate / 2, Duration.ZERO, 0);
            case "falsely failing" -> faults(Duration.ZERO, 0, 0, rate, 0, Duration.ZERO, 0);
            case "lying" -> faults(Duration.ZERO, 0, rate, 0, 0, Duration.ZERO, 0);
            case "slow" -> faults(Duration.ofMillis(20 + random.nextInt(80)), 0, 0, 0, rate / 4, Duration.ZERO, 0);
            default -> faults(Duration.ZERO, 0, 0, 0, 0, Duration.ofSeconds(1), rate / 10);
        };
    }

    private static ReceiverFaults faults(
            Duration delay, double fail, double lie, double falseFailure, double drop, Duration busy, double busyRate) {
        return new ReceiverFaults(delay, fail, lie, falseFailure, 0, drop, 0, Integer.MAX_VALUE, busy, busyRate);
    }
}

package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.ReminderBackoff;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import io.bellwire.serve.BellwireOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Guarantee 4: rung again until it has read; told where its feed is as soon as it subscribes. */
@Timeout(60)
class RungUntilReadTest {
    /** Rings again sooner than a real server, so that the test need not wait. */
    private static final BridgeOptions IMPATIENT = new BridgeOptions(
            Duration.ofMillis(20),
            new ReminderBackoff(Duration.ofMillis(100), Duration.ofMillis(400)),
            Duration.ofSeconds(5),
            100);

    @RegisterExtension
    static final BellwireExtension SERVER =
            new BellwireExtension(BellwireOptions.inMemory().withSignals(IMPATIENT));

    @Test
    void guarantee4LostSignalsHealWithoutTheSafetyPoll(Bellwire bellwire) {
        BackOffice office = new BackOffice(bellwire);
        try (Site site = new Site(bellwire)) {
            DeviceCredentials who = office.register("grill");
            FieldDevice grill = site.device(who).boot();
            String first = office.order(who);
            await().until(() -> office.pending(who) == 0);
            int polls = grill.polls.get();

            grill.loseSignals(3);
            String second = office.order(who);

            await().until(() -> office.pending(who) == 0);
            assertEquals(List.of(first, second), grill.applied());
            assertEquals(0, grill.signalsStillToLose(), "all that were to be lost were rung, and lost");
            assertEquals(polls + 1, grill.polls.get());
            assertEquals(1, grill.listening.get(), "and no new connection was what healed it");
        }
    }

    @Test
    void guarantee4DeviceThatComesBackIsToldAtOnceAndDoesNotPollWhenItIsUpToDate(Bellwire bellwire) {
        BackOffice office = new BackOffice(bellwire);
        try (Site site = new Site(bellwire)) {
            DeviceCredentials who = office.register("fryer");
            FieldDevice fryer = site.device(who).boot();
            office.order(who);
            await().until(() -> office.pending(who) == 0);
            int polls = fryer.polls.get();

            for (int i = 1; i <= 3; i++) {
                int skipped = fryer.pollsSkipped.get();
                fryer.kill();
                fryer.boot();
                await().until(() -> fryer.pollsSkipped.get() > skipped);
            }
            assertEquals(polls, fryer.polls.get());

            fryer.kill();
            String missed = office.order(who);
            fryer.boot();
            await().until(() -> fryer.applied().contains(missed));
            assertEquals(polls + 1, fryer.polls.get());
        }
    }
}

package io.bellwire.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Under a clock that the tests set. The limits are the defaults: 100 failures of an address, 10 of the same client. */
class FailedLoginsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FailedLogins logins = new FailedLogins(FailedLoginLimits.DEFAULT, new Stopwatch(nanos::get), meters);
    private final ClientAddress site = address("192.0.2.7");
    private final ClientAddress elsewhere = address("192.0.2.8");

    private static ClientAddress address(String text) {
        try {
            return ClientAddress.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static LoginAttempt login(ClientAddress from, String device, String secret) {
        return LoginAttempt.of(from, device, secret.getBytes(StandardCharsets.UTF_8));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** Somebody at this address guesses secrets until he has to wait. */
    private void guess(ClientAddress from) {
        for (int i = 0; i < 1_000; i++) {
            LoginAttempt guess = login(from, "device-" + i, "guessed");
            if (!logins.waitOf(guess).isZero()) {
                return;
            }
            logins.failed(guess);
        }
        throw new AssertionError("1000 failed logins, and no wait");
    }

    @Test
    void clientThatRepeatsAWrongSecretWaitsTwiceAsLongEachTime() {
        LoginAttempt old = login(site, "grill", "old");
        for (int i = 0; i < 9; i++) {
            logins.failed(old);
            assertEquals(Duration.ZERO, logins.waitOf(old), "after failure " + i);
        }
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            logins.failed(old);
            assertEquals(Duration.ofSeconds(seconds), logins.waitOf(old));
            pass(Duration.ofSeconds(seconds));
            assertEquals(Duration.ZERO, logins.waitOf(old));
        }
        pass(Duration.ofMinutes(11));
        logins.failed(old);
        assertEquals(Duration.ZERO, logins.waitOf(old), "forgotten");
    }

    @Test
    void clientWithAnOldSecretKeepsNobodyElseOut() {
        LoginAttempt old = login(site, "grill", "old");
        for (int i = 0; i < 100_000; i++) {
            if (logins.waitOf(old).isZero()) {
                logins.failed(old);
            }
            pass(Duration.ofMillis(1));
        }
        assertFalse(logins.waitOf(old).isZero());
        assertEquals(Duration.ZERO, logins.waitOf(login(site, "grill", "new")), "the same device, its new secret");
        assertEquals(Duration.ZERO, logins.waitOf(login(site, "fryer", "right")), "another device");
    }

    @Test
    void addressWhoseClientsGuessSecretsWaitsAndOthersDoNot() {
        guess(site);
        assertEquals(101, meters.get("bellwire.logins.failed").counter().count());
        assertEquals(Duration.ofSeconds(1), logins.waitOf(login(site, "unknown", "any")));
        assertEquals(Duration.ZERO, logins.waitOf(login(elsewhere, "unknown", "any")));
        assertEquals(1, logins.addresses());

        int checked = 0;
        for (int second = 0; second < 600; second++) {
            for (int i = 0; i < 100; i++) {
                LoginAttempt guess = login(site, "second-" + second, "guess-" + i);
                if (logins.waitOf(guess).isZero()) {
                    checked++;
                    logins.failed(guess);
                }
            }
            pass(Duration.ofSeconds(1));
        }
        assertTrue(checked <= 600 + 20, checked + " of 60,000 guesses were checked in ten minutes");
    }

    @Test
    void guarantee6KnownClientsComeInWhileSomebodyBehindTheirAddressGuesses() {
        LoginAttempt grill = login(site, "grill", "right");
        logins.succeeded(grill);
        guess(site);
        assertEquals(Duration.ZERO, logins.waitOf(grill));
        assertFalse(logins.waitOf(login(site, "grill", "guessed")).isZero(), "its name alone is not enough");
        assertFalse(logins.waitOf(login(site, "fryer", "right")).isZero());
    }

    @Test
    void clientWhoseSecretIsNotValidAnyMoreIsUnknownAgain() {
        LoginAttempt grill = login(site, "grill", "right");
        logins.succeeded(grill);
        guess(site);
        logins.failed(grill);
        assertFalse(logins.waitOf(grill).isZero());
    }

    @Test
    void siteWithManyWronglySetDevicesDoesNotWait() {
        // sixty devices that try once a minute, for an hour
        for (int minute = 0; minute < 60; minute++) {
            for (int device = 0; device < 60; device++) {
                logins.failed(login(site, "device-" + device, "old"));
                pass(Duration.ofSeconds(1));
            }
        }
        assertEquals(Duration.ZERO, logins.waitOf(login(site, "new", "right")));
    }

    @Test
    void logInsThatWereCheckedTogetherMakeOneWait() {
        for (int i = 0; i < 200; i++) {
            logins.failed(login(site, "device-" + i, "guessed"));
        }
        assertEquals(Duration.ofSeconds(1), logins.waitOf(login(site, "unknown", "any")));
    }

    @Test
    void memoryIsBoundedHoweverManyAddressesFail() {
        for (int i = 0; i < 30_000; i++) {
            logins.failed(login(new ClientAddress(false, i), "grill", "guess"));
        }
        assertTrue(logins.addresses() <= 10_000, logins.addresses() + " addresses");
    }

    @Test
    void withoutALimitNobodyWaits() {
        FailedLogins unlimited = new FailedLogins(FailedLoginLimits.UNLIMITED, new Stopwatch(nanos::get), meters);
        for (int i = 0; i < 1_000; i++) {
            unlimited.failed(login(site, "grill", "old"));
        }
        assertEquals(Duration.ZERO, unlimited.waitOf(login(site, "grill", "old")));
    }

    @Test
    void waitOutOfItsRangeIsRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> new FailedLoginLimits(TokenBucket.UNLIMITED, Duration.ofMinutes(11)));
        assertEquals(
                "the longest wait after failed logins must be 1 s to 10 min, is PT11M",
                String.valueOf(refused.getMessage()));
    }
}

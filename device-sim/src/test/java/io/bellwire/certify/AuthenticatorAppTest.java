package io.bellwire.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthenticatorAppTest {
    /** The secret of RFC 6238, appendix B, in Base32. */
    private static final String SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    private static AuthenticatorApp at(long seconds) {
        return new AuthenticatorApp(SECRET, Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC));
    }

    /** The last six digits of the eight in RFC 6238, appendix B. */
    @Test
    void codesAreThoseOfTheStandard() {
        byte[] secret = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

        assertEquals("287082", AuthenticatorApp.code(secret, 59 / 30));
        assertEquals("081804", AuthenticatorApp.code(secret, 1_111_111_109 / 30));
        assertEquals("005924", AuthenticatorApp.code(secret, 1_234_567_890 / 30));
        assertEquals("353130", AuthenticatorApp.code(secret, 20_000_000_000L / 30));
    }

    @Test
    void codesAreOfTheStepBeforeThePresentOneAndTheNext() {
        byte[] secret = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
        AuthenticatorApp app = at(1_234_567_890);
        long now = 1_234_567_890 / 30;

        assertEquals(
                List.of(
                        AuthenticatorApp.code(secret, now - 1),
                        AuthenticatorApp.code(secret, now),
                        AuthenticatorApp.code(secret, now + 1)),
                List.of(app.nextCode(), app.nextCode(), app.nextCode()));
        assertNotEquals(at(1_234_567_890).nextCode(), at(1_234_567_920).nextCode());
    }

    @Test
    void secretThatIsNotBase32IsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new AuthenticatorApp("GEZD1===", Clock.systemUTC()));
    }
}

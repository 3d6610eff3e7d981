package io.bellwire.factor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpSecretTest {
    private static final TotpSecret RFC = new TotpSecret("12345678901234567890".getBytes(StandardCharsets.US_ASCII));
    /** The beginning of a step. */
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final long STEP = NOON.getEpochSecond() / 30;

    /** RFC 6238, appendix B, of whose eight digits the last six are those of a code with six. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codesAreThoseOfTheStandard(long seconds, String code) {
        assertEquals(OptionalLong.of(seconds / 30), RFC.stepOf(code, Instant.ofEpochSecond(seconds)));
        assertEquals(code, RFC.codeOf(seconds / 30));
    }

    @Test
    void codeIsValidOneStepBeforeAndAfterItsOwn() {
        for (long step = STEP - 3; step <= STEP + 3; step++) {
            boolean isValid = Math.abs(step - STEP) <= 1;
            OptionalLong expected = isValid ? OptionalLong.of(step) : OptionalLong.empty();
            assertEquals(expected, RFC.stepOf(RFC.codeOf(step), NOON), "step " + (step - STEP));
            assertEquals(expected, RFC.stepOf(RFC.codeOf(step), NOON.plusMillis(29_999)), "step " + (step - STEP));
        }
    }

    @Test
    void otherTextsAreNoCodes() {
        for (String text :
                new String[] {"", "1", RFC.codeOf(STEP) + "0", RFC.codeOf(STEP).substring(1), "\u0661"}) {
            assertEquals(OptionalLong.empty(), RFC.stepOf(text, NOON), text);
        }
    }

    @Test
    void digitsAreThoseOfAsciiWhateverTheLanguageOfTheMachineIs() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals("287082", RFC.codeOf(1));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void secretIsShownInBase32AndAsTheTextOfAQrCode() {
        assertEquals("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", RFC.base32());
        assertEquals(
                "otpauth://totp/Bellwire:partners%2Fbakery?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Bellwire"
                        + "&algorithm=SHA1&digits=6&period=30",
                RFC.uri("partners/bakery"));
        assertEquals("TotpSecret", RFC.toString());
    }

    @Test
    void secretHas160RandomBits() {
        TotpSecret drawn = TotpSecret.draw(new SecureRandom());

        assertEquals(20, drawn.bytes().length);
        assertEquals(
                drawn.codeOf(STEP), new Authenticator(drawn.base32()).codeAt(NOON), "the app makes the same codes");
        assertArrayEquals(drawn.bytes(), new TotpSecret(drawn.bytes()).bytes());
        assertThrows(IllegalArgumentException.class, () -> new TotpSecret(new byte[19]));
    }
}

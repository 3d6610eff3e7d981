package io.bellwire.sealed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsKeyTest {
    private static final byte[] STEAK = "steak".getBytes(StandardCharsets.US_ASCII);

    private final SecureRandom random = new SecureRandom();
    private final SettingsKey key = new SettingsKey(bytes(), random);

    private static byte[] bytes() {
        byte[] bytes = new byte[SettingsKey.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static boolean opens(SettingsKey with, String place, byte[] sealed) {
        return with.open(place, sealed)
                .filter(plain -> Arrays.equals(plain, STEAK))
                .isPresent();
    }

    @Test
    void whatIsSealedOpensForItsPlaceWithItsKeyAlsoAfterARestart() {
        byte[] sealed = key.seal("menu/a", STEAK);

        assertTrue(opens(key, "menu/a", sealed));
        assertTrue(opens(new SettingsKey(bytes(), random), "menu/a", sealed));
        assertEquals(STEAK.length + 28, sealed.length);
        assertArrayEquals(new byte[0], key.open("", key.seal("", new byte[0])).orElseThrow());
    }

    @Test
    void anotherPlaceAnotherKeyOrAnyFlippedBitDoesNotOpen() {
        byte[] sealed = key.seal("menu/a", STEAK);

        assertEquals(Optional.empty(), key.open("menu/b", sealed));
        assertEquals(Optional.empty(), SettingsKey.draw(random).open("menu/a", sealed));
        for (int i = 0; i < sealed.length * Byte.SIZE; i++) {
            byte[] damaged = sealed.clone();
            damaged[i / Byte.SIZE] ^= (byte) (1 << i % Byte.SIZE);
            assertEquals(Optional.empty(), key.open("menu/a", damaged), "bit " + i);
        }
        for (int length = 0; length < sealed.length; length++) {
            assertEquals(Optional.empty(), key.open("menu/a", Arrays.copyOf(sealed, length)), "length " + length);
        }
    }

    @Test
    void sameTextIsSealedInAnotherWayEachTime() {
        assertFalse(Arrays.equals(key.seal("menu/a", STEAK), key.seal("menu/a", STEAK)));
    }

    /** Derived secrets are given to partners: they must stay the same. The figure was computed by another program. */
    @Test
    void derivedSecretsOfAPurposeStayTheSame() {
        assertEquals(
                "61c1f8433367a2598d1fece76d56eb985f998a7e3be3685c789af3d85bab6a69",
                HexFormat.of().formatHex(key.derive("webhook bakery/main")));
        assertFalse(Arrays.equals(key.derive("a"), key.derive("b")));
        assertFalse(Arrays.equals(key.derive("a"), SettingsKey.draw(random).derive("a")));
    }

    @Test
    void keyHas32BytesAndIsNeverShown() {
        assertThrows(IllegalArgumentException.class, () -> new SettingsKey(new byte[31], random));
        assertEquals("SettingsKey", key.toString());
    }
}

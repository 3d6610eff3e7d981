package io.bellwire.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Test vectors of Standard Webhooks and of RFC 8032, and the JDK as a second implementation of Ed25519. */
class WebhookSignatureTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The example of the tests of the official libraries. */
    @Test
    void symmetricSignatureIsThatOfTheOfficialExample() {
        WebhookKey key = WebhookKey.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertEquals(
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                WebhookSignature.of(
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1_614_265_330,
                        "{\"test\": 2432232314}".getBytes(UTF_8),
                        List.of(key)));
    }

    /** RFC 8032, section 7.1, tests 1 to 3 and "SHA(abc)". */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,"
                + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
                + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f,"
                + "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
                + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
    })
    void asymmetricSignatureIsThatOfTheRfc(String seed, String publicKey, String message, String signature) {
        WebhookKeyPair pair = WebhookKeyPair.parse("whsk_" + base64(seed));

        assertEquals("whpk_" + base64(publicKey), pair.publicText());
        assertEquals(
                "v1a," + base64(signature),
                pair.sign(new SignedContent(new byte[0], HexFormat.of().parseHex(message))));
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    @Test
    void asymmetricSignatureIsVerifiedByTheJdk() throws Exception {
        WebhookKeyPair pair = WebhookKeyPair.draw(RANDOM);
        byte[] body = "{\"n\":\"ä\"}".getBytes(UTF_8);

        String header = WebhookSignature.of("e-1", 1_700_000_000, body, List.of(pair));

        assertTrue(verifies(pair.publicText(), "e-1.1700000000.{\"n\":\"ä\"}", header));
        assertFalse(verifies(pair.publicText(), "e-2.1700000000.{\"n\":\"ä\"}", header));
        assertFalse(verifies(pair.publicText(), "e-1.1700000001.{\"n\":\"ä\"}", header));
        assertFalse(verifies(pair.publicText(), "e-1.1700000000.{\"n\":\"a\"}", header));
        assertFalse(verifies(WebhookKeyPair.draw(RANDOM).publicText(), "e-1.1700000000.{\"n\":\"ä\"}", header));
    }

    private static boolean verifies(String publicText, String content, String header) throws Exception {
        byte[] key = Base64.getDecoder().decode(publicText.substring("whpk_".length()));
        List<Byte> bytes = new ArrayList<>();
        for (byte one : key) {
            bytes.add(one);
        }
        Collections.reverse(bytes);
        byte[] bigEndian = new byte[key.length];
        for (int i = 0; i < key.length; i++) {
            bigEndian[i] = bytes.get(i);
        }
        boolean isXOdd = (bigEndian[0] & 0x80) != 0;
        bigEndian[0] &= 0x7F;
        PublicKey publicKey = KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(
                        NamedParameterSpec.ED25519, new EdECPoint(isXOdd, new BigInteger(1, bigEndian))));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(publicKey);
        verifier.update(content.getBytes(UTF_8));
        return verifier.verify(Base64.getDecoder().decode(header.substring("v1a,".length())));
    }

    @Test
    void eachKeySignsInTheOrderGiven() {
        WebhookSecret newer = WebhookSecret.draw(RANDOM);
        WebhookSecret older = WebhookSecret.draw(RANDOM);
        WebhookKeyPair pair = WebhookKeyPair.draw(RANDOM);
        byte[] body = new byte[] {1, 2, 3};

        String header = WebhookSignature.of("e-1", 5, body, List.of(newer, pair, older));

        assertEquals(
                WebhookSignature.of("e-1", 5, body, List.of(newer)) + " "
                        + WebhookSignature.of("e-1", 5, body, List.of(pair)) + " "
                        + WebhookSignature.of("e-1", 5, body, List.of(older)),
                header);
    }

    @Test
    void threadsSignAtOnce() throws Exception {
        WebhookSecret key = WebhookSecret.draw(RANDOM);
        byte[] body = new byte[10_000];
        String expected = WebhookSignature.of("e-1", 5, body, List.of(key));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<String>> signed = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                signed.add(threads.submit(() -> WebhookSignature.of("e-1", 5, body, List.of(key))));
            }
            for (Future<String> one : signed) {
                assertEquals(expected, one.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void keyIsPrintedAsItIsParsedAndNotShown() {
        for (WebhookKey key : List.of(WebhookSecret.draw(RANDOM), WebhookKeyPair.draw(RANDOM))) {
            assertEquals(key.text(), WebhookKey.parse(key.text()).text());
            assertFalse(key.toString().contains(key.text().substring(6)));
        }
        assertEquals(
                32, Base64.getDecoder().decode(WebhookSecret.draw(RANDOM).text().substring("whsec_".length())).length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "whsec_",
                "whsec_c2hvcnQ=",
                "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
                "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
            })
    void malformedKeyIsRefusedWithoutBeingShown(String text) {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> WebhookKey.parse(text))
                .getMessage());

        assertFalse(message.contains("MfKQ9r8"), message);
    }

    @Test
    void idWithAFullStopIsRefused() {
        List<WebhookKey> keys = List.of(WebhookSecret.draw(RANDOM));
        assertThrows(IllegalArgumentException.class, () -> WebhookSignature.of("e.1", 1, new byte[0], keys));
        assertThrows(IllegalArgumentException.class, () -> WebhookSignature.of("", 1, new byte[0], keys));
        assertThrows(IllegalArgumentException.class, () -> WebhookSignature.of("e-1", 1, new byte[0], List.of()));
    }
}

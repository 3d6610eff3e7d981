package io.bellwire.receiver;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * Signs calls as a sender does, with a shared secret or with the private key of a pair, to check receivers with.
 * Immutable.
 */
public final class CallSigner {
    /** What the text of a private key of Ed25519 begins with. */
    public static final String PRIVATE_PREFIX = "whsk_";

    private final String prefix;
    private final String version;
    private final Signing signing;

    private interface Signing {
        byte[] sign(byte[] text);
    }

    /**
     * @param key {@code whsec_BASE64}, or {@code whsk_BASE64} of the 32 bytes of a private key; {@link
     *     IllegalArgumentException}, which does not show it, for anything else
     */
    public CallSigner(String key) {
        if (key.startsWith(PRIVATE_PREFIX)) {
            PrivateKey own = privateKey(key.substring(PRIVATE_PREFIX.length()));
            prefix = PRIVATE_PREFIX;
            version = "v1a";
            signing = text -> sign(own, text);
        } else if (key.startsWith(ReceiverKey.SECRET_PREFIX)
                && ReceiverKey.parse(key) instanceof ReceiverKey.Shared shared) {
            prefix = ReceiverKey.SECRET_PREFIX;
            version = "v1";
            signing = shared::sign;
        } else {
            throw new IllegalArgumentException("calls are signed with a key that begins with whsec_ or whsk_");
        }
    }

    private static PrivateKey privateKey(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (bytes.length != ReceiverKey.BYTES) {
                throw new IllegalArgumentException("a private key has " + ReceiverKey.BYTES + " bytes");
            }
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, bytes));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IllegalArgumentException("after whsk_, there must be the Base64 of 32 bytes", e);
        }
    }

    private static byte[] sign(PrivateKey key, byte[] text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK since 15 has Ed25519", impossible);
        }
    }

    /** Signs in the same way with another key. */
    CallSigner another(RandomGenerator random) {
        byte[] bytes = new byte[ReceiverKey.BYTES];
        random.nextBytes(bytes);
        return new CallSigner(prefix + Base64.getEncoder().encodeToString(bytes));
    }

    /** One signature, {@code v1,BASE64} or {@code v1a,BASE64}. */
    public String sign(String id, long timestampSeconds, byte[] body) {
        return version
                + ","
                + Base64.getEncoder()
                        .encodeToString(signing.sign(signedText(id, Long.toString(timestampSeconds), body)));
    }

    /** What is signed: id, timestamp and body with full stops between. */
    static byte[] signedText(String id, String timestamp, byte[] body) {
        byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}

package io.bellwire.receiver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Signs calls as a sender with a shared secret does, to check receivers with. Immutable. */
public final class CallSigner {
    private final ReceiverKey.Shared key;

    /** @param secret {@code whsec_BASE64} */
    public CallSigner(String secret) {
        if (!(ReceiverKey.parse(secret) instanceof ReceiverKey.Shared shared)) {
            throw new IllegalArgumentException("calls are signed with a secret that begins with whsec_");
        }
        this.key = shared;
    }

    /** One signature, {@code v1,BASE64}. */
    public String sign(String id, long timestampSeconds, byte[] body) {
        return "v1,"
                + Base64.getEncoder().encodeToString(key.sign(signedText(id, Long.toString(timestampSeconds), body)));
    }

    /** What is signed: id, timestamp and body with full stops between. */
    static byte[] signedText(String id, String timestamp, byte[] body) {
        byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}

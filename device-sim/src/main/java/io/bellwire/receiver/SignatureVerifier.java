package io.bellwire.receiver;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Verifies that a call comes from the sender, is unchanged and is new, after Standard Webhooks. Immutable.
 *
 * @param keys any of them may have signed: two while secrets rotate
 * @param tolerance how far the call's timestamp may be from now, to either side
 */
record SignatureVerifier(List<ReceiverKey> keys, Duration tolerance) {
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    SignatureVerifier {
        keys = List.copyOf(keys);
    }

    /** Why the call must not be trusted; empty if it can be. */
    Optional<String> refusal(ReceivedRequest request, Instant now) {
        String id = request.header("webhook-id");
        String timestamp = request.header("webhook-timestamp");
        if (id.isEmpty() || id.contains(".")) {
            return Optional.of("webhook-id is missing or has a full stop");
        }
        if (!timestamp.matches("[0-9]{1,12}")) {
            return Optional.of("webhook-timestamp is not a number of seconds");
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now);
        if (age.abs().compareTo(tolerance) > 0) {
            return Optional.of("webhook-timestamp is " + age.toSeconds() + " s ago");
        }
        byte[] signed = CallSigner.signedText(id, timestamp, request.body());
        for (String signature : request.header("webhook-signature").split(" ", -1)) {
            if (isValid(signature, signed)) {
                return Optional.empty();
            }
        }
        return Optional.of("webhook-signature has no valid signature");
    }

    private boolean isValid(String signature, byte[] signed) {
        int comma = signature.indexOf(',');
        if (comma < 0) {
            return false;
        }
        String version = signature.substring(0, comma);
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(signature.substring(comma + 1));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        return keys.stream().anyMatch(key -> key.version().equals(version) && key.verifies(signed, bytes));
    }
}

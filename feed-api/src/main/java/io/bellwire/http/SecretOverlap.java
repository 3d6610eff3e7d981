package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.Timestamps;
import io.bellwire.registry.Account;
import java.time.Duration;
import java.time.Instant;

/** How long an old secret stays valid after a rotation: in requests and in answers. */
final class SecretOverlap {
    /** The longest. */
    static final Duration MAX = Duration.ofDays(30);

    private SecretOverlap() {}

    /** The overlap that the request asks for; 400 if it is too long. */
    static Duration of(ApiCall call, Duration defaultValue) {
        return Duration.ofSeconds(ApiCall.wholeNumber(
                "overlap_s", call.query().get("overlap_s"), 0, (int) MAX.toSeconds(), (int) defaultValue.toSeconds()));
    }

    /** Puts the end of the account's old secret under {@code name}, if there is one. */
    static void putInto(ObjectNode json, String name, Account account) {
        account.old().ifPresent(old -> json.put(name, Timestamps.format(Instant.ofEpochMilli(old.untilMillis()))));
    }
}

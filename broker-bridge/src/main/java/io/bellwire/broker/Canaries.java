package io.bellwire.broker;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The accounts of the watchdog's canaries, one for each session loop. Their client ids contain a character that no
 * device id has, so that no device can be registered under one; their secrets are random, new for each start of the
 * broker, and never leave the process. Immutable.
 */
final class Canaries {
    private static final String PREFIX = "~canary-";
    private static final int SECRET_BYTES = 32;

    private final List<Account> accounts;

    /** @param loopOf returns the loop, from 0, that serves a client id */
    Canaries(int loops, ToIntFunction<String> loopOf, SecureRandom random) {
        List<Account> found = new ArrayList<>();
        for (int loop = 0; loop < loops; loop++) {
            int number = 0;
            while (loopOf.applyAsInt(PREFIX + number) != loop) {
                number++;
            }
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            found.add(new Account(loop, PREFIX + number, secret));
        }
        accounts = List.copyOf(found);
    }

    /** Whether this client id is reserved for canaries. */
    static boolean isName(String clientId) {
        return clientId.startsWith(PREFIX);
    }

    /** One account for each loop, in their order. */
    List<Account> accounts() {
        return accounts;
    }

    boolean isSecretOf(String clientId, byte[] secret) {
        return accounts.stream()
                .anyMatch(
                        account -> account.clientId.equals(clientId) && MessageDigest.isEqual(account.secret, secret));
    }

    /** The credentials of one canary. */
    static final class Account {
        private final int loop;
        private final String clientId;
        private final byte[] secret;

        private Account(int loop, String clientId, byte[] secret) {
            this.loop = loop;
            this.clientId = clientId;
            this.secret = secret;
        }

        int loop() {
            return loop;
        }

        String clientId() {
            return clientId;
        }

        byte[] secret() {
            return secret.clone();
        }
    }
}

package io.bellwire.world;

import io.bellwire.audit.AuditEntry;
import io.bellwire.device.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.VirtualWriter;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.Registry;
import io.bellwire.registry.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The accounts of the devices, by the product's registry. The world waits for changes.
 * May throw {@link ProcessKilled} as a cause. One thread.
 */
final class WorldAccounts {
    private static final int CACHED_MAX = 10;

    private final Registry registry;
    private final VirtualWriter writer;

    WorldAccounts(EventLog log, AccountStore store, VirtualWriter writer, SplittableRandom random) {
        this.writer = writer;
        this.registry = new Registry(log, store, new SeededSecureRandom(random), CACHED_MAX);
    }

    /** Registers or enables the device, and returns its secret; a new one if it is enabled already. */
    String register(DeviceId device) {
        String secret = join(() -> registry.register(WorldServer.feedId(device), Optional.empty(), AuditEntry.NONE))
                .secret();
        return secret == null ? rotate(device) : secret;
    }

    /** Gives the device a new secret, and ends the old one. */
    String rotate(DeviceId device) {
        return rotate(device, Duration.ZERO);
    }

    /** Gives the device a new secret; the old one is valid for {@code overlap} still. */
    String rotate(DeviceId device, Duration overlap) {
        return String.valueOf(join(() -> registry.rotate(WorldServer.feedId(device), overlap, AuditEntry.NONE))
                .orElseThrow()
                .secret());
    }

    void disable(DeviceId device) {
        if (!join(() -> registry.disable(WorldServer.feedId(device), AuditEntry.NONE))) {
            throw new IllegalStateException(device + " is not known");
        }
    }

    /** @param ended gets a device of which a secret may have ended, and which of its secrets have not */
    void onRevoked(BiConsumer<DeviceId, Predicate<String>> ended) {
        registry.onRevoked(account -> account.id()
                .device()
                .ifPresent(device -> ended.accept(
                        new DeviceId(device.value()),
                        secret -> account.accepts(Secret.of(secret.getBytes(StandardCharsets.UTF_8))))));
    }

    /** Ends what was opened with secrets that have ended, as a real server does at intervals. */
    void endOldSecrets() {
        registry.endOldSecrets();
    }

    boolean admits(DeviceId device, String secret) {
        return join(() -> registry.authenticate(WorldServer.feedId(device), secret.getBytes(StandardCharsets.UTF_8)));
    }

    private <T> T join(Supplier<CompletionStage<T>> change) {
        return writer.atOnce(() -> change.get().toCompletableFuture().join());
    }

    /** Draws what the seed says: no secret of a world has to be one. */
    private static final class SeededSecureRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient SplittableRandom random;

        private SeededSecureRandom(SplittableRandom random) {
            this.random = random;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }
    }
}

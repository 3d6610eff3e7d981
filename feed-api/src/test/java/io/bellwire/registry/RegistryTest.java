package io.bellwire.registry;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.audit.AuditEntry;
import io.bellwire.log.BothStores;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(BothStores.class)
class RegistryTest {
    private static final int DEVICES = 3_000;

    /** Limits of a log in which far fewer reads may wait than there are devices. */
    private static final LogLimits FEW_READS = new LogLimits(
            LogLimits.DEFAULT.queuedWritesMax(),
            LogLimits.DEFAULT.queuedBytesMax(),
            LogLimits.DEFAULT.groupWritesMax(),
            LogLimits.DEFAULT.recentBytesMax(),
            2,
            16,
            LogLimits.DEFAULT.indexBytesMax());

    private final DataStore store;

    RegistryTest(BothStores kind) {
        store = kind.open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static FeedId device(int number) {
        return FeedId.ofDevice(new DeviceId("d-" + number));
    }

    @Test
    void fleetThatReconnectsAtOnceIsAuthenticatedThoughNothingIsInMemory() {
        try (EventLog events = new EventLog(store, FEW_READS, Clock.systemUTC(), new SimpleMeterRegistry())) {
            SecureRandom random = new SecureRandom();
            Registry before = new Registry(events, store.accounts(), random, DEVICES);
            List<String> secrets = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                secrets.add(Objects.requireNonNull(before.register(device(i), Optional.empty(), AuditEntry.NONE)
                        .toCompletableFuture()
                        .join()
                        .secret()));
            }

            Registry withoutCache = new Registry(events, store.accounts(), random, DEVICES);
            List<CompletableFuture<Boolean>> overMqtt = new ArrayList<>();
            List<CompletableFuture<Boolean>> overHttp = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                int number = i;
                overMqtt.add(withoutCache
                        .authenticate(device(i), secrets.get(i).getBytes(StandardCharsets.US_ASCII))
                        .toCompletableFuture());
                overHttp.add(withoutCache
                        .findBySecret(Secret.of(secrets.get(DEVICES - 1 - i)))
                        .thenApply(owner -> owner.orElseThrow().id().equals(device(DEVICES - 1 - number)))
                        .toCompletableFuture());
            }

            assertEquals(
                    DEVICES, overMqtt.stream().filter(CompletableFuture::join).count());
            assertEquals(
                    DEVICES, overHttp.stream().filter(CompletableFuture::join).count());
        }
    }

    @Test
    void deviceThatIsRegisteredByManyAtOnceHasOneSecret() {
        try (EventLog events = new EventLog(store, FEW_READS, Clock.systemUTC(), new SimpleMeterRegistry())) {
            Registry registry = new Registry(events, store.accounts(), new SecureRandom(), 10);
            for (int round = 0; round < 10; round++) {
                FeedId device = device(round);
                List<CompletableFuture<Registry.Registration>> asked = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    asked.add(registry.register(device, Optional.empty(), AuditEntry.NONE)
                            .toCompletableFuture());
                }

                List<String> secrets = asked.stream()
                        .map(one -> one.join().secret())
                        .filter(Objects::nonNull)
                        .toList();

                assertEquals(1, secrets.size());
                assertTrue(authenticates(registry, device, secrets.get(0)));
            }
        }
    }

    /** Cannot be read while it is away. */
    private static final class VanishingAccounts implements AccountStore {
        private final AccountStore accounts;
        private volatile boolean isAway;
        private final AtomicInteger failures = new AtomicInteger();

        private VanishingAccounts(AccountStore accounts) {
            this.accounts = accounts;
        }

        private AccountStore accounts() {
            if (isAway) {
                failures.incrementAndGet();
                throw new UncheckedIOException(new IOException("away"));
            }
            return accounts;
        }

        @Override
        public List<StoredAccount> find(Collection<FeedId> ids) {
            return accounts().find(ids);
        }

        @Override
        public List<StoredAccount> bySecret(Collection<byte[]> digests) {
            return accounts().bySecret(digests);
        }

        @Override
        public List<StoredAccount> devices(String after, int limit) {
            return accounts().devices(after, limit);
        }

        @Override
        public List<StoredAccount> partners(String after, int limit) {
            return accounts().partners(after, limit);
        }

        @Override
        public List<StoredAccount> operators(String after, int limit) {
            return accounts().operators(after, limit);
        }
    }

    @Test
    void connectionsWithAnOldSecretEndAlsoIfTheStoreIsAwayAtItsEnd() {
        try (EventLog events = new EventLog(store, FEW_READS, Clock.systemUTC(), new SimpleMeterRegistry())) {
            VanishingAccounts accounts = new VanishingAccounts(store.accounts());
            Registry registry = new Registry(events, accounts, new SecureRandom(), 0);
            List<FeedId> closed = new CopyOnWriteArrayList<>();
            String unused = secret(registry.register(device(1), Optional.empty(), AuditEntry.NONE));
            assertTrue(registry.rotate(device(1), Duration.ofMillis(1), AuditEntry.NONE)
                    .toCompletableFuture()
                    .join()
                    .isPresent());
            registry.onRevoked(account -> closed.add(account.id()));

            accounts.isAway = true;
            await().until(() -> {
                registry.endOldSecrets();
                return accounts.failures.get() > 0;
            });
            assertEquals(List.of(), closed);

            accounts.isAway = false;
            await().until(() -> {
                registry.endOldSecrets();
                return closed.contains(device(1));
            });
        }
    }

    @Test
    void oldSecretEndsWhenANewOneIsAnsweredAndBothWhenTheDeviceIsDisabled() {
        try (EventLog events = new EventLog(store, FEW_READS, Clock.systemUTC(), new SimpleMeterRegistry())) {
            Registry registry = new Registry(events, store.accounts(), new SecureRandom(), 10);
            List<FeedId> closed = new ArrayList<>();
            registry.onRevoked(account -> closed.add(account.id()));
            String first = secret(registry.register(device(1), Optional.empty(), AuditEntry.NONE));
            String second = registry.rotate(device(1), Duration.ZERO, AuditEntry.NONE)
                    .toCompletableFuture()
                    .join()
                    .orElseThrow()
                    .secret();
            assertFalse(authenticates(registry, device(1), first));
            assertTrue(authenticates(registry, device(1), Objects.requireNonNull(second)));

            assertTrue(registry.disable(device(1), AuditEntry.NONE)
                    .toCompletableFuture()
                    .join());
            assertFalse(authenticates(registry, device(1), second));
            assertTrue(registry.rotate(device(1), Duration.ZERO, AuditEntry.NONE)
                    .toCompletableFuture()
                    .join()
                    .isEmpty());

            String third = secret(registry.register(device(1), Optional.empty(), AuditEntry.NONE));
            Registry withoutCache = new Registry(events, store.accounts(), new SecureRandom(), 10);
            assertTrue(authenticates(withoutCache, device(1), third));
            assertFalse(authenticates(withoutCache, device(1), second));
            assertEquals(List.of(device(1), device(1)), closed);
            assertFalse(
                    registry.disable(device(2), AuditEntry.NONE)
                            .toCompletableFuture()
                            .join(),
                    "there is none");
            assertTrue(events.feeds(List.of(device(2))).isEmpty());
        }
    }

    private static String secret(CompletionStage<Registry.Registration> registered) {
        return Objects.requireNonNull(registered.toCompletableFuture().join().secret());
    }

    private static boolean authenticates(Registry registry, FeedId device, String secret) {
        boolean isOwner = registry.findBySecret(Secret.of(secret))
                .toCompletableFuture()
                .join()
                .isPresent();
        assertEquals(
                isOwner,
                registry.authenticate(device, secret.getBytes(StandardCharsets.US_ASCII))
                        .toCompletableFuture()
                        .join());
        return isOwner;
    }

    @Test
    void unknownDeviceAndUnknownSecretAreNotAuthenticated() {
        try (EventLog events = new EventLog(store, FEW_READS, Clock.systemUTC(), new SimpleMeterRegistry())) {
            Registry registry = new Registry(events, store.accounts(), new SecureRandom(), 10);
            assertFalse(registry.authenticate(device(1), new byte[] {1})
                    .toCompletableFuture()
                    .join());
            assertTrue(registry.findBySecret(Secret.of("x"))
                    .toCompletableFuture()
                    .join()
                    .isEmpty());
        }
    }
}

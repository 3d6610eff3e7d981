package io.bellwire.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bellwire.log.Database;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices and their secrets, kept in the log's database. Thread-safe. What is asked often is answered from bounded
 * caches; the rest, and every change, runs on the log's readers, so nothing here blocks the caller.
 */
public final class DeviceRegistry {
    private static final Logger log = LoggerFactory.getLogger(DeviceRegistry.class);

    private static final RowMapper<Row> ROW = (row, context) -> new Row(
            new DeviceId(row.getString("id")),
            Secret.ofDigest(row.getBytes("secret_sha256")),
            Instant.ofEpochMilli(row.getLong("created_at")),
            row.getBoolean("disabled"));

    private final Database database;
    private final EventLog events;
    private final Clock clock;
    private final SecureRandom random;
    private final Cache<DeviceId, Device> byId;
    private final Cache<Secret, DeviceId> bySecret;
    private final List<Consumer<DeviceId>> closedListeners = new CopyOnWriteArrayList<>();

    private record Row(DeviceId id, Secret secret, Instant createdAt, boolean disabled) {}

    /**
     * @param cachedMax how many devices to keep in memory
     */
    public DeviceRegistry(Database database, EventLog events, Clock clock, SecureRandom random, int cachedMax) {
        this.database = database;
        this.events = events;
        this.clock = clock;
        this.random = random;
        this.byId = Caffeine.newBuilder()
                .maximumSize(cachedMax)
                .executor(Runnable::run)
                .build();
        this.bySecret = Caffeine.newBuilder()
                .maximumSize(cachedMax)
                .executor(Runnable::run)
                .build();
    }

    /** What registering came to: the secret is there only if it is new, and this is the only time it is seen. */
    public record Registration(Device device, @Nullable String secret) {}

    /** Has {@code listener} told of each device whose present connections must end: rotated or disabled. */
    public void onClosed(Consumer<DeviceId> listener) {
        closedListeners.add(listener);
    }

    /** Registers the device, or enables a disabled one with a new secret, or finds it as it is. */
    public CompletionStage<Registration> register(DeviceId id) {
        return change(() -> {
            Feed feed = events.makeFeed(FeedId.ofDevice(id));
            Device there = load(id);
            if (there != null && !there.disabled()) {
                return new Registration(there, null);
            }
            String text = Secret.draw(random);
            Device device = new Device(
                    id,
                    feed,
                    Secret.of(text),
                    there == null ? Instant.ofEpochMilli(clock.millis()) : there.createdAt(),
                    false);
            save(device, there == null);
            return new Registration(device, text);
        });
    }

    /** A new secret for the device, whose old one ends at once; empty if there is no such device or it is disabled. */
    public CompletionStage<Optional<Registration>> rotate(DeviceId id) {
        return change(() -> {
            Device there = load(id);
            if (there == null || there.disabled()) {
                return Optional.<Registration>empty();
            }
            String text = Secret.draw(random);
            Device device = new Device(id, there.feed(), Secret.of(text), there.createdAt(), false);
            save(device, false);
            bySecret.invalidate(there.secret());
            closed(id);
            return Optional.of(new Registration(device, text));
        });
    }

    /** Disables the device; false if there is no such device. */
    public CompletionStage<Boolean> disable(DeviceId id) {
        return change(() -> {
            Device there = load(id);
            if (there == null) {
                return false;
            }
            save(new Device(id, there.feed(), there.secret(), there.createdAt(), true), false);
            bySecret.invalidate(there.secret());
            closed(id);
            return true;
        });
    }

    /** The device, disabled or not. */
    public CompletionStage<Optional<Device>> find(DeviceId id) {
        Device cached = byId.getIfPresent(id);
        return cached != null
                ? CompletableFuture.completedFuture(Optional.of(cached))
                : events.onReader(() -> Optional.ofNullable(load(id)));
    }

    /** Whether {@code secret} is the enabled device's. */
    public CompletionStage<Boolean> authenticate(DeviceId id, byte[] secret) {
        Secret given = Secret.of(secret);
        return find(id).thenApply(found -> found.map(
                        device -> !device.disabled() && device.secret().matches(given))
                .orElse(false));
    }

    /** The enabled device whose secret this is. */
    public CompletionStage<Optional<Device>> owner(Secret secret) {
        DeviceId cached = bySecret.getIfPresent(secret);
        CompletionStage<Optional<Device>> found = cached != null
                ? find(cached)
                : events.onReader(() -> database.with(handle -> handle.createQuery(
                                        "SELECT id, secret_sha256, created_at, disabled FROM devices"
                                                + " WHERE secret_sha256 = :digest")
                                .bind("digest", secret.digest())
                                .map(ROW)
                                .findOne())
                        .map(this::keep));
        return found.thenApply(candidate ->
                candidate.filter(device -> !device.disabled() && device.secret().matches(secret)));
    }

    /** Changes to one registry are made one after the other: two of the same device would overwrite each other. */
    private <T> CompletionStage<T> change(java.util.concurrent.Callable<T> change) {
        return events.onReader(() -> {
            synchronized (this) {
                return change.call();
            }
        });
    }

    private @Nullable Device load(DeviceId id) {
        Device cached = byId.getIfPresent(id);
        if (cached != null) {
            return cached;
        }
        return database.with(handle -> handle.createQuery(
                                "SELECT id, secret_sha256, created_at, disabled FROM devices WHERE id = :id")
                        .bind("id", id.value())
                        .map(ROW)
                        .findOne())
                .map(this::keep)
                .orElse(null);
    }

    private Device keep(Row row) {
        Device device = new Device(
                row.id(), events.makeFeed(FeedId.ofDevice(row.id())), row.secret(), row.createdAt(), row.disabled());
        // not over a newer one that a change has put there meanwhile
        Device there = byId.asMap().putIfAbsent(row.id(), device);
        Device kept = there == null ? device : there;
        bySecret.put(kept.secret(), kept.id());
        return kept;
    }

    private void save(Device device, boolean isNew) {
        database.commit(handle -> isNew ? insert(handle, device) : update(handle, device));
        byId.put(device.id(), device);
        bySecret.put(device.secret(), device.id());
    }

    private static int insert(Handle handle, Device device) throws SQLException {
        return handle.createUpdate("INSERT INTO devices (id, feed_no, secret_sha256, created_at, disabled)"
                        + " VALUES (:id, :feed, :digest, :created, :disabled)")
                .bind("id", device.id().value())
                .bind("feed", device.feed().no())
                .bind("digest", device.secret().digest())
                .bind("created", device.createdAt().toEpochMilli())
                .bind("disabled", device.disabled())
                .execute();
    }

    private static int update(Handle handle, Device device) {
        return handle.createUpdate("UPDATE devices SET secret_sha256 = :digest, disabled = :disabled WHERE id = :id")
                .bind("id", device.id().value())
                .bind("digest", device.secret().digest())
                .bind("disabled", device.disabled())
                .execute();
    }

    private void closed(DeviceId id) {
        for (Consumer<DeviceId> listener : closedListeners) {
            try {
                listener.accept(id);
            } catch (RuntimeException e) { // the change is made; the others still hear of it
                log.error("a listener failed for device {}", id, e);
            }
        }
    }
}

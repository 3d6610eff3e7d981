package io.bellwire.order;

import io.bellwire.log.CommandResult;
import io.bellwire.log.Feed;
import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.OrderLock;
import io.bellwire.log.Timestamps;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The write that takes, renews or gives back the lease on an order. */
public final class LockOrder implements Write<CommandResult<Refusal>> {
    private static final int BYTES = 256;

    private final OrderId order;
    private final String token;
    private final boolean isOwned;
    private final @Nullable Duration lease;

    /**
     * @param token the lease's token: a fresh one to take it, the one at hand to renew it or give it back
     * @param isOwned whether {@code token} is the one at hand
     * @param lease how long; null to give it back
     */
    public LockOrder(OrderId order, String token, boolean isOwned, @Nullable Duration lease) {
        this.order = order;
        this.token = token;
        this.isOwned = isOwned;
        this.lease = lease;
    }

    /** What of a token is kept. */
    public static byte[] digest(String token) {
        return IdempotencyKey.fingerprint(token.getBytes(StandardCharsets.UTF_8));
    }

    /** Empty if whoever brings {@code digest}, or nothing, may change an order with this lease on it. */
    static Optional<Refusal> check(@Nullable OrderLock lock, Optional<byte[]> digest, long nowMillis) {
        boolean isHeld = lock != null && lock.isHeldAt(nowMillis);
        boolean isOurs = lock != null && isHeld && digest.isPresent() && lock.matches(digest.get());
        if (isOurs || (!isHeld && digest.isEmpty())) {
            return Optional.empty();
        }
        if (lock == null || !isHeld) {
            return Optional.of(Refusal.of(Refusal.Kind.LOCK_LOST, "the lock of this token is over"));
        }
        return Optional.of(Refusal.locked(lock.untilMillis() - nowMillis));
    }

    @Override
    public Set<Feed> feeds() {
        return Set.of();
    }

    @Override
    public Set<UUID> orders() {
        return Set.of(order.value());
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public CommandResult<Refusal> decide(WriteBatch group) {
        if (group.order(order.value()) == null) {
            return new CommandResult.Refused<>(Refusal.of(Refusal.Kind.NOT_FOUND, "there is no order " + order));
        }
        long now = group.leaseMillis();
        byte[] digest = digest(token);
        Optional<Refusal> refusal =
                check(group.lock(order.value()), isOwned ? Optional.of(digest) : Optional.empty(), now);
        if (refusal.isPresent()) {
            return new CommandResult.Refused<>(refusal.get());
        }
        if (lease == null) {
            group.putLock(order.value(), null);
            return new CommandResult.Done<>(204, new byte[0], order.value(), null);
        }
        group.putLock(order.value(), new OrderLock(digest, now + lease.toMillis()));
        String body = "{\"lock_token\":\"" + token + "\",\"expires_at\":\""
                + Timestamps.format(group.now().plus(lease)) + "\"}";
        return new CommandResult.Done<>(201, body.getBytes(StandardCharsets.US_ASCII), order.value(), null);
    }
}

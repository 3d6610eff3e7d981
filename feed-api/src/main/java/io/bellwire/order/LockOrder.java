package io.bellwire.order;

import io.bellwire.command.CommandResult;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Timestamps;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import io.bellwire.runtime.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The write that takes, renews or gives back the lease on an order. */
public final class LockOrder implements Write<CommandResult<Refusal>> {
    private static final int BYTES = 256;

    private final OrderId order;
    private final String token;
    private final boolean isCallersToken;
    private final @Nullable Duration lease;

    /**
     * @param token the lease's token: a new one to take the lease, the caller's to renew it or to give it back
     * @param isCallersToken whether the caller has sent {@code token}
     * @param lease how long the lease lasts; null to give it back
     */
    public LockOrder(OrderId order, String token, boolean isCallersToken, @Nullable Duration lease) {
        this.order = order;
        this.token = token;
        this.isCallersToken = isCallersToken;
        this.lease = lease;
    }

    /** The digest that is stored of a token. */
    public static byte[] digest(String token) {
        return Sha256.of(token.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Why a caller may not change an order that has this lease; empty if it may.
     *
     * @param digest of the token that the caller has sent; empty if it has sent none
     */
    static Optional<Refusal> refusal(@Nullable OrderLock lock, Optional<byte[]> digest, long nowMillis) {
        boolean isHeld = lock != null && lock.isHeldAt(nowMillis);
        boolean isCallers = lock != null && isHeld && digest.isPresent() && lock.matches(digest.get());
        if (isCallers || (!isHeld && digest.isEmpty())) {
            return Optional.empty();
        }
        if (lock == null || !isHeld) {
            return Optional.of(Refusal.of(Refusal.Kind.LOCK_LOST, "the lock of this token is over"));
        }
        return Optional.of(Refusal.locked(lock.untilMillis() - nowMillis));
    }

    @Override
    public void declareNeeds(BatchNeeds needs) {
        needs.key(OrderStore.LATEST, order).key(OrderStore.LOCKS, order);
    }

    @Override
    public int bytes() {
        return BYTES;
    }

    @Override
    public CommandResult<Refusal> decide(WriteBatch batch) {
        if (batch.get(OrderStore.LATEST, order) == null) {
            return new CommandResult.Refused<>(Refusal.of(Refusal.Kind.NOT_FOUND, "there is no order " + order));
        }
        long nowMillis = batch.steadyMillis();
        byte[] digest = digest(token);
        Optional<Refusal> refusal = refusal(
                batch.get(OrderStore.LOCKS, order), isCallersToken ? Optional.of(digest) : Optional.empty(), nowMillis);
        if (refusal.isPresent()) {
            return new CommandResult.Refused<>(refusal.get());
        }
        if (lease == null) {
            batch.remove(OrderStore.LOCKS, order);
            return new CommandResult.Done<>(204, new byte[0], order.value(), null);
        }
        batch.put(OrderStore.LOCKS, order, new OrderLock(digest, nowMillis + lease.toMillis()));
        String body = "{\"lock_token\":\"" + token + "\",\"expires_at\":\""
                + Timestamps.format(batch.now().plus(lease)) + "\"}";
        return new CommandResult.Done<>(201, body.getBytes(StandardCharsets.US_ASCII), order.value(), null);
    }
}

package io.bellwire.http;

import io.bellwire.log.FeedId;
import io.bellwire.order.Order;
import io.bellwire.registry.Account;
import java.util.Optional;

/**
 * The authenticated sender of a request.
 *
 * @param account the device or partner; empty for the operator
 */
record Caller(Optional<Account> account) {
    static final Caller OPERATOR = new Caller(Optional.empty());

    static Caller of(Account account) {
        return new Caller(Optional.of(account));
    }

    /** Whether the caller's account, as it is now, is enabled and has the secret that the caller has sent. */
    boolean isStillAllowed(Account now) {
        return !now.disabled()
                && account.map(atRequest -> now.secret().matches(atRequest.secret()))
                        .orElse(true);
    }

    boolean isOperator() {
        return account.isEmpty();
    }

    boolean isDevice() {
        return account.isPresent() && account.get().id().device().isPresent();
    }

    /** Whether the caller is the device or partner whose feed is {@code feed}. */
    boolean ownsFeed(FeedId feed) {
        return account.isPresent() && account.get().id().equals(feed);
    }

    /** The caller's id if it is a partner. */
    Optional<String> partnerId() {
        return account.flatMap(owner -> owner.id().partner());
    }

    /** Whether the caller may see the order: the operator, the order's device and its partner may. */
    boolean mayRead(Order order) {
        return isOperator()
                || ownsFeed(FeedId.ofDevice(order.device()))
                || order.partner().map(FeedId::ofPartner).filter(this::ownsFeed).isPresent();
    }

    /** A unique name of the caller: {@code operator}, or the path of its feed. */
    String name() {
        return account.map(owner -> owner.id().path()).orElse("operator");
    }
}

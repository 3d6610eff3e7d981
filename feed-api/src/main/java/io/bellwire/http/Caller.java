package io.bellwire.http;

import io.bellwire.log.FeedId;
import io.bellwire.order.Order;
import io.bellwire.registry.Account;
import io.bellwire.registry.Role;
import io.bellwire.registry.Secret;
import java.util.Optional;

/**
 * The authenticated sender of a request.
 *
 * @param login the account that has the caller's secret or certificate; empty for the operator with the first token
 * @param secret the secret that the caller has sent; empty for the first token, and for a certificate alone
 */
record Caller(Optional<Account> login, Optional<Secret> secret) {
    /** What names the operator with the first token where accounts are named; no other operator can have this id. */
    static final FeedId FIRST_OPERATOR = FeedId.ofOperator("operator");

    static final Caller OPERATOR = new Caller(Optional.empty(), Optional.empty());

    static Caller of(Account account, Secret secret) {
        return new Caller(Optional.of(account), Optional.of(secret));
    }

    /** A device or partner that has shown its certificate and sent no secret. */
    static Caller certified(Account account) {
        return new Caller(Optional.of(account), Optional.empty());
    }

    /** The device or partner; empty for an operator. */
    Optional<Account> account() {
        return login.filter(account -> account.role().isEmpty());
    }

    /**
     * Whether the caller may go on after a change of an account, its own or that of the path. Its own must be enabled,
     * have the same role, and accept the secret that the caller has sent, if any; another one must be enabled.
     */
    boolean isStillAllowed(Account now) {
        boolean isOwn = login.filter(account -> account.id().equals(now.id())).isPresent();
        return isOwn
                ? secret.map(now::accepts).orElse(!now.disabled())
                        && now.role().equals(login.orElseThrow().role())
                : !now.disabled();
    }

    boolean isOperator() {
        return account().isEmpty();
    }

    /** The role of an operator; the first token may do everything. */
    Role role() {
        return login.flatMap(Account::role).orElse(Role.ADMINISTER);
    }

    boolean isDevice() {
        return account().flatMap(account -> account.id().device()).isPresent();
    }

    /** Whether the caller is the device or partner whose feed is {@code feed}. */
    boolean ownsFeed(FeedId feed) {
        return account().filter(owner -> owner.id().equals(feed)).isPresent();
    }

    /** The caller's id if it is a partner. */
    Optional<String> partnerId() {
        return account().flatMap(owner -> owner.id().partner());
    }

    /** Whether the caller may see the order: an operator, the order's device and its partner may. */
    boolean mayRead(Order order) {
        return isOperator()
                || ownsFeed(FeedId.ofDevice(order.device()))
                || order.partner().map(FeedId::ofPartner).filter(this::ownsFeed).isPresent();
    }

    /** The account whose second factor is the caller's. */
    FeedId factorAccount() {
        return login.map(Account::id).orElse(FIRST_OPERATOR);
    }

    /** A unique name of the caller: the path of its feed, or {@code operator} for the first token. */
    String name() {
        return login.map(account -> account.id().path()).orElse("operator");
    }
}

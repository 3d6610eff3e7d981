/**
 * Accounts: devices, partners and operators, and the secrets that authenticate them. This package decides which ids are valid, who
 * has which secret, and whether an account is enabled. It does not decide what an account may see or do
 * ({@code io.bellwire.http}) or which connections it has ({@code io.bellwire.broker}).
 *
 * <p>The path of a registration, beginning with {@link io.bellwire.registry.Registry}:
 *
 * <ol>
 *   <li>{@code Registry} draws a {@link io.bellwire.registry.Secret}, and submits a {@code RegisterAccount} to the log.
 *   <li>On the writer's thread {@code RegisterAccount} creates or enables the {@link
 *       io.bellwire.registry.StoredAccount} with its feed; the members of the group of all devices have then changed.
 *   <li>The log notifies {@code Registry} of the commit, which updates its caches before the caller gets the secret.
 * </ol>
 *
 * <p>Who asks for a change may hand in a {@link io.bellwire.log.WriteSubmitter} that takes its write only under a
 * condition, such as a code of a second factor ({@code http.FactorCheck}).
 *
 * <p>A rotation and a disabling take the same path as a {@code ChangeAccount}; after it {@code Registry} notifies the
 * listeners of {@code onRevoked}, which end the connections whose secret the account does not accept any more: {@code
 * http.HttpApi} streams and long polls, {@code serve.Bellwire} those of the broker. After a rotation with an overlap the
 * account has an {@link io.bellwire.registry.OldSecret} too, which is not accepted after its time. {@code OldSecretEnds}
 * has the times, so that the listeners are notified then. {@link io.bellwire.registry.ExpiringSecrets} tells the
 * operators, and a partner of its own, if it is still used shortly before.
 *
 * <p>An authentication is answered from the caches, or by {@code BatchedLookups}, which look up many accounts with one
 * query.
 *
 * <p>{@link io.bellwire.registry.AccountStore} reads accounts outside of a write.
 *
 * <p>To add a property of an account: {@code StoredAccount}, {@code ItemWriter} and {@code ItemReader} of
 * {@code io.bellwire.segment} with SEGMENTS.md, {@code SqlAccounts} with a migration,
 * {@link io.bellwire.registry.Account}, and {@code AccountEndpoints}.
 */
@NullMarked
package io.bellwire.registry;

import org.jspecify.annotations.NullMarked;

/**
 * The second factor of partners and operators: codes of an authenticator app (TOTP, RFC 6238), without which a dangerous
 * change is not made though the caller has the secret of its account. This package decides which codes are right, that
 * none is used twice, and how often one may be tried. It does not decide which changes need one: {@code
 * io.bellwire.http} does.
 *
 * <p>The path of a change that needs a code, beginning with {@link io.bellwire.factor.SecondFactors}:
 *
 * <ol>
 *   <li>{@code SecondFactors.require} reads the account's {@code FactorDocument}, and opens its secret, which is sealed
 *       with the {@link io.bellwire.sealed.SettingsKey}.
 *   <li>{@code CodeAttempts} counts the attempt, or says how long to wait.
 *   <li>{@code CheckedWrite} wraps the write of the change. On the writer's thread it has {@link
 *       io.bellwire.factor.TotpSecret} find the step of the code at the time of the batch; the step must be after the
 *       last one that was used, and is kept in the same batch as the change.
 *   <li>{@link io.bellwire.factor.FactorResult} says what became of it.
 * </ol>
 *
 * <p>The life of a factor: {@code enrol} draws a secret; {@code confirm} makes it count, with a code of it; until then a
 * confirmed secret before it counts on; {@code removal} removes both.
 *
 * <p>To put another change under a second factor: submit its write through {@code http.FactorCheck}; add the routes to
 * section 2.3 of PROTOCOL.md.
 */
@NullMarked
package io.bellwire.factor;

import org.jspecify.annotations.NullMarked;

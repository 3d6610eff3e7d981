/**
 * Secrets that a server must be able to read back, encrypted before they come into the log. This package decides how
 * they are encrypted, and how secrets are derived. It does not decide where the key is kept ({@code
 * feedapi.DataFolder}: the file {@code settings-key}) and what is encrypted.
 *
 * <p>The path of a secret, beginning with {@link io.bellwire.sealed.SettingsKey}:
 *
 * <ol>
 *   <li>{@code SettingsKey.seal} encrypts it for one place, such as the key of a document, and the caller stores that.
 *   <li>{@code SettingsKey.open} decrypts it for the same place; with another key, or moved to another place, it does
 *       not open.
 *   <li>{@code SettingsKey.derive} makes the same secret of the same purpose each time, and nothing is stored.
 * </ol>
 *
 * <p>To add a use: a place or a purpose that no other use has, beginning with the name of the package.
 */
@NullMarked
package io.bellwire.sealed;

import org.jspecify.annotations.NullMarked;

/** Who may call: devices, partners and the operator, and the secrets that prove it. */
@NullMarked
package io.bellwire.registry;

import org.jspecify.annotations.NullMarked;

package io.bellwire.tls;

import io.bellwire.admission.TrustedProxies;
import org.jspecify.annotations.Nullable;

/**
 * What a port has to know of its connections. Immutable.
 *
 * @param tls the server's side of TLS; null for plain text
 * @param proxies who may say which client a connection or request is of
 */
public record Transport(@Nullable ServerTls tls, TrustedProxies proxies) {
    /** Plain text, from clients themselves. */
    public static final Transport PLAIN = new Transport(null, TrustedProxies.NONE);
}

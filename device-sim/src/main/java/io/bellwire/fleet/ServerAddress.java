package io.bellwire.fleet;

import io.bellwire.device.net.ClientTls;
import io.bellwire.device.net.Endpoints;
import java.nio.file.Path;

/**
 * A server's endpoints and the file of its operator's token. Immutable.
 *
 * @param tls for endpoints with TLS
 */
public record ServerAddress(Endpoints endpoints, Path tokenFile, ClientTls tls) {
    /** A server without TLS. */
    public ServerAddress(Endpoints endpoints, Path tokenFile) {
        this(endpoints, tokenFile, ClientTls.SYSTEM);
    }
}

package io.bellwire.http;

import io.bellwire.admission.TrustedProxies;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Gives a request of a trusted proxy the address of its client, if {@code Forwarded} or {@code X-Forwarded-For} name
 * it. Jetty's own customizer believes anybody, and takes the first address, which is the client's to choose.
 * Thread-safe.
 */
final class ForwardedClients implements HttpConfiguration.Customizer {
    private final TrustedProxies proxies;

    ForwardedClients(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        if (!proxies.trusts(request.getConnectionMetaData().getRemoteSocketAddress())) {
            return request;
        }
        HttpFields headers = request.getHeaders();
        Optional<InetSocketAddress> client;
        try {
            client = proxies.clientOf(
                    headers.getFields(HttpHeader.FORWARDED).stream()
                            .map(HttpField::getValue)
                            .toList(),
                    headers.getFields(HttpHeader.X_FORWARDED_FOR).stream()
                            .map(HttpField::getValue)
                            .toList());
        } catch (IllegalArgumentException contradictory) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, contradictory.getMessage());
        }
        return client.<Request>map(address -> new ClientsRequest(request, address))
                .orElse(request);
    }

    private static final class ClientsRequest extends Request.Wrapper {
        private final ConnectionMetaData connection;

        private ClientsRequest(Request request, SocketAddress client) {
            super(request);
            this.connection = new ConnectionMetaData.Wrapper(request.getConnectionMetaData()) {
                @Override
                public SocketAddress getRemoteSocketAddress() {
                    return client;
                }
            };
        }

        @Override
        public ConnectionMetaData getConnectionMetaData() {
            return connection;
        }
    }
}
